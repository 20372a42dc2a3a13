// Made by scripts/generate.ts from schemas/. Do not edit; run `npm run generate`.
import type { ErrorObject } from "ajv";
/** Checks a document and fills in the schema's defaults. Findings are left in `errors`. */
export interface Validator { (document: unknown): boolean; errors?: ErrorObject[] | null }
export declare const Plan: Validator;
