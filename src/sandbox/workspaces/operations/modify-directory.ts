import { ApiError, invalid, violates } from "../api-error.ts";
import { type Call, existingDirectory, registeredDirectory } from "../call.ts";
import {
  asInput,
  checkPattern,
  checkWord,
  type Input,
  optionalList,
  optionalStructure,
  optionalText,
  optionalTexts,
  requiredStructure,
  requiredText,
} from "../input.ts";
import type { WireDirectory, WireSettings } from "../wire.ts";

type Group = {
  [Member in keyof WireDirectory]: WireDirectory[Member] extends WireSettings ? Member : never;
}[keyof WireDirectory];

/** What the call does to members that it does not send is unverified, and a rule. */
function change(call: Call, settings: WireSettings, sent: Input): WireSettings {
  const given = Object.entries(sent).filter(([, value]) => value !== null && value !== undefined);
  return { ...(call.rules.directoryChanges === "merge" ? settings : {}), ...Object.fromEntries(given) };
}

function changeGroup(call: Call, id: string, { group, sent }: { group: Group & string; sent: Input }): object {
  const { wire } = registeredDirectory(call, id);
  wire[group] = change(call, wire[group] ?? {}, sent);
  return {};
}

/** Only desktops made or rebuilt later get them. Whether the OU exists is not looked at; its form is. */
export function modifyCreationProperties(input: Input, call: Call): object {
  const sent = requiredStructure(input, "WorkspaceCreationProperties");
  const unit = optionalText(sent, "DefaultOu");
  if (unit !== undefined && unit !== "" && !/^OU=[^,]+(,OU=[^,]+)*(,DC=[^,]+)+$/i.test(unit)) {
    throw invalid(`${unit} is not the distinguished name of an organizational unit.`);
  }
  const group = optionalText(sent, "CustomSecurityGroupId");
  if (group !== undefined && group !== "") {
    checkPattern(group, "customSecurityGroupId", /^(sg-([0-9a-f]{8}|[0-9a-f]{17}))$/);
  }
  return changeGroup(call, requiredText(input, "ResourceId"), { group: "WorkspaceCreationProperties", sent });
}

export function modifyAccessProperties(input: Input, call: Call): object {
  const sent = requiredStructure(input, "WorkspaceAccessProperties");
  for (const device of Object.keys(sent).filter((key) => key.startsWith("DeviceType"))) {
    checkWord(optionalText(sent, device), device, ["ALLOW", "DENY"]);
  }
  return changeGroup(call, requiredText(input, "ResourceId"), { group: "WorkspaceAccessProperties", sent });
}

export function modifySelfservicePermissions(input: Input, call: Call): object {
  const sent = requiredStructure(input, "SelfservicePermissions");
  for (const key of Object.keys(sent)) checkWord(optionalText(sent, key), key, ["ENABLED", "DISABLED"]);
  return changeGroup(call, requiredText(input, "ResourceId"), { group: "SelfservicePermissions", sent });
}

const SAML_DELETABLE = {
  SAML_PROPERTIES_USER_ACCESS_URL: "UserAccessUrl",
  SAML_PROPERTIES_RELAY_STATE_PARAMETER_NAME: "RelayStateParameterName",
} as const;

export function modifySamlProperties(input: Input, call: Call): object {
  const sent = optionalStructure(input, "SamlProperties") ?? {};
  checkWord(optionalText(sent, "Status"), "samlProperties.status", [
    "DISABLED",
    "ENABLED",
    "ENABLED_WITH_DIRECTORY_LOGIN_FALLBACK",
  ]);
  changeGroup(call, requiredText(input, "ResourceId"), { group: "SamlProperties", sent });
  return deleteSettings(input, call, { group: "SamlProperties", deletable: SAML_DELETABLE });
}

const CERTIFICATE_DELETABLE = {
  CERTIFICATE_BASED_AUTH_PROPERTIES_CERTIFICATE_AUTHORITY_ARN: "CertificateAuthorityArn",
} as const;

export function modifyCertificateBasedAuth(input: Input, call: Call): object {
  const sent = optionalStructure(input, "CertificateBasedAuthProperties") ?? {};
  const status = optionalText(sent, "Status");
  checkWord(status, "certificateBasedAuthProperties.status", ["DISABLED", "ENABLED"]);
  const id = requiredText(input, "ResourceId");
  if (status === "ENABLED" && registeredDirectory(call, id).wire.SamlProperties["Status"] === "DISABLED") {
    throw new ApiError("OperationNotSupportedException", "Certificate-based authentication needs SAML first.");
  }
  changeGroup(call, id, { group: "CertificateBasedAuthProperties", sent });
  return deleteSettings(input, call, { group: "CertificateBasedAuthProperties", deletable: CERTIFICATE_DELETABLE });
}

interface Deletion {
  readonly group: "SamlProperties" | "CertificateBasedAuthProperties";
  readonly deletable: Readonly<Record<string, string>>;
}

function deleteSettings(input: Input, call: Call, { group, deletable }: Deletion): object {
  const { wire } = registeredDirectory(call, requiredText(input, "ResourceId"));
  for (const name of optionalTexts(input, "PropertiesToDelete") ?? []) {
    checkWord(name, "propertiesToDelete", Object.keys(deletable));
    delete wire[group][deletable[name] ?? name];
  }
  return {};
}

export function modifyStreamingProperties(input: Input, call: Call): object {
  const sent = optionalStructure(input, "StreamingProperties") ?? {};
  checkWord(optionalText(sent, "StreamingExperiencePreferredProtocol"), "streamingExperiencePreferredProtocol", [
    "TCP",
    "UDP",
  ]);
  const settings = optionalList(sent, "UserSettings") ?? [];
  for (const setting of settings) {
    checkWord(optionalText(asInput(setting, "UserSettings"), "Permission"), "permission", ["ENABLED", "DISABLED"]);
  }
  const id = requiredText(input, "ResourceId");
  const isPersonal = registeredDirectory(call, id).wire.WorkspaceType === "PERSONAL";
  if (settings.length > 0 && isPersonal && call.rules.personalUserSettings === "refused") {
    throw new ApiError("OperationNotSupportedException", "UserSettings are not supported for PERSONAL directories.");
  }
  return changeGroup(call, id, { group: "StreamingProperties", sent });
}

export function modifyEndpointEncryption(input: Input, call: Call): object {
  const mode = requiredText(input, "EndpointEncryptionMode");
  checkWord(mode, "endpointEncryptionMode", ["STANDARD_TLS", "FIPS_VALIDATED"]);
  registeredDirectory(call, requiredText(input, "DirectoryId")).wire.EndpointEncryptionMode = mode;
  return {};
}

export function modifyClientProperties(input: Input, call: Call): object {
  const directory = registeredDirectory(call, requiredText(input, "ResourceId"));
  const sent = requiredStructure(input, "ClientProperties");
  for (const key of Object.keys(sent)) checkWord(optionalText(sent, key), key, ["ENABLED", "DISABLED"]);
  directory.clientProperties = change(call, directory.clientProperties, sent);
  return {};
}

export function describeClientProperties(input: Input, call: Call): object {
  const ids = optionalTexts(input, "ResourceIds");
  if (ids === undefined) throw violates("resourceIds", "Member must not be null");
  return {
    ClientPropertiesList: ids.map((id) => ({
      ResourceId: id,
      ClientProperties: existingDirectory(call, id).clientProperties,
    })),
  };
}
