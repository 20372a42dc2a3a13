import { ApiError } from "./api-error.ts";

/** STS GetCallerIdentity, which answers in XML. */
export function callerIdentity(operation: string, accountId: string, requestId: string): string {
  if (operation !== "GetCallerIdentity") throw new ApiError("InvalidAction", `Could not find operation ${operation}`);
  return [
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">',
    "<GetCallerIdentityResult>",
    `<Arn>arn:aws:iam::${accountId}:user/reeve</Arn><UserId>AIDASANDBOXREEVE00001</UserId><Account>${accountId}</Account>`,
    "</GetCallerIdentityResult>",
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`,
    "</GetCallerIdentityResponse>",
  ].join("");
}

export function stsError({ type, message, status }: ApiError, requestId: string): string {
  const side = status < 500 ? "Sender" : "Receiver";
  return [
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">',
    `<Error><Type>${side}</Type><Code>${type}</Code><Message>${escapeXml(message)}</Message></Error>`,
    `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  ].join("");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
