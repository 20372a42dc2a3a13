// Made by scripts/generate.ts from schemas/. Do not edit; run `npm run generate`.
import type { ErrorObject } from "ajv";
/** Checks a document and fills in the schema's defaults. Findings are left in `errors`. */
export interface Validator { (document: unknown): boolean; errors?: ErrorObject[] | null }
export declare const AccessPolicy: Validator;
export declare const Acknowledgement: Validator;
export declare const ApplianceSite: Validator;
export declare const Estate: Validator;
export declare const Partner: Validator;
export declare const WireGuardHub: Validator;
export declare const WireGuardPeer: Validator;
export declare const Workspace: Validator;
export declare const WorkspaceBlueprint: Validator;
export declare const WorkspaceDirectory: Validator;
export declare const WorkspaceReserve: Validator;
export declare const WorkspaceSecurityPolicy: Validator;
export declare const WorkstationCluster: Validator;
export declare const WorkstationGrant: Validator;
export declare const WorkstationTier: Validator;
