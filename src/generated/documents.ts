// Made by scripts/generate.ts from schemas/. Do not edit; run `npm run generate`.

/**
 * What it covers: everything, the resources that carry a label, or one person's.
 */
export type BudgetScope =
  | "estate"
  | {
      /**
       * One label and its value.
       */
      label: {
        /**
         * The label's value.
         */
        [k: string]: string;
      };
    }
  | {
      /**
       * A user name.
       */
      person: string;
    };
/**
 * The hubs this peer may dial: names, or labels that select them.
 */
export type HubSelection =
  | string[]
  | {
      /**
       * Labels that a hub must carry, all of them.
       */
      matchLabels: {
        [k: string]: string;
      };
    };
/**
 * The bundle they are made from.
 */
export type BundleChoice = string | BundleSelector;
/**
 * Its compute type.
 */
export type ComputeType =
  | "value"
  | "standard"
  | "performance"
  | "power"
  | "powerpro"
  | "generalpurpose-4xlarge"
  | "generalpurpose-8xlarge"
  | "graphics-g4dn"
  | "graphicspro-g4dn"
  | "graphics-g6-xlarge"
  | "graphics-g6-2xlarge"
  | "graphics-g6-4xlarge"
  | "graphics-g6-8xlarge"
  | "graphics-g6-16xlarge"
  | "graphics-gr6-4xlarge"
  | "graphics-gr6-8xlarge"
  | "graphics-g6f-large"
  | "graphics-g6f-xlarge"
  | "graphics-g6f-2xlarge"
  | "graphics-g6f-4xlarge"
  | "graphics-gr6f-4xlarge";
/**
 * Their compute type. Left out: the bundle's.
 */
export type ComputeType1 =
  | "value"
  | "standard"
  | "performance"
  | "power"
  | "powerpro"
  | "generalpurpose-4xlarge"
  | "generalpurpose-8xlarge"
  | "graphics-g4dn"
  | "graphicspro-g4dn"
  | "graphics-g6-xlarge"
  | "graphics-g6-2xlarge"
  | "graphics-g6-4xlarge"
  | "graphics-g6-8xlarge"
  | "graphics-g6-16xlarge"
  | "graphics-gr6-4xlarge"
  | "graphics-gr6-8xlarge"
  | "graphics-g6f-large"
  | "graphics-g6f-xlarge"
  | "graphics-g6f-2xlarge"
  | "graphics-g6f-4xlarge"
  | "graphics-gr6f-4xlarge";
/**
 * What the bundle holds, for checks and for the price. A bundle whose name says otherwise is a warning.
 */
export type DesktopSystem = "windows" | "ubuntu" | "rhel" | "rocky";
/**
 * Whose Windows licence, for the price.
 */
export type WindowsLicense = "included" | "byol";
/**
 * The hardware of a desktop, as WorkSpaces names it.
 */
export type ComputeType2 =
  | "value"
  | "standard"
  | "performance"
  | "power"
  | "powerpro"
  | "generalpurpose-4xlarge"
  | "generalpurpose-8xlarge"
  | "graphics-g4dn"
  | "graphicspro-g4dn"
  | "graphics-g6-xlarge"
  | "graphics-g6-2xlarge"
  | "graphics-g6-4xlarge"
  | "graphics-g6-8xlarge"
  | "graphics-g6-16xlarge"
  | "graphics-gr6-4xlarge"
  | "graphics-gr6-8xlarge"
  | "graphics-g6f-large"
  | "graphics-g6f-xlarge"
  | "graphics-g6f-2xlarge"
  | "graphics-g6f-4xlarge"
  | "graphics-gr6f-4xlarge";
/**
 * Where its users are.
 */
export type PlacementNear = NearCity | NearIp | NearCoordinates;
/**
 * Where its user is.
 */
export type PlacementNear1 = NearCity | NearIp | NearCoordinates;
/**
 * The bundle it is made from, where there is no blueprint or the blueprint allows another.
 */
export type BundleChoice1 = string | BundleSelector;
/**
 * The hardware of a desktop, as WorkSpaces names it.
 */
export type ComputeType3 =
  | "value"
  | "standard"
  | "performance"
  | "power"
  | "powerpro"
  | "generalpurpose-4xlarge"
  | "generalpurpose-8xlarge"
  | "graphics-g4dn"
  | "graphicspro-g4dn"
  | "graphics-g6-xlarge"
  | "graphics-g6-2xlarge"
  | "graphics-g6-4xlarge"
  | "graphics-g6-8xlarge"
  | "graphics-g6-16xlarge"
  | "graphics-gr6-4xlarge"
  | "graphics-gr6-8xlarge"
  | "graphics-g6f-large"
  | "graphics-g6f-xlarge"
  | "graphics-g6f-2xlarge"
  | "graphics-g6f-4xlarge"
  | "graphics-gr6f-4xlarge";
/**
 * What the bundle holds, where there is no blueprint. Left out everywhere: windows.
 */
export type DesktopSystem1 = "windows" | "ubuntu" | "rhel" | "rocky";
/**
 * Whose Windows licence, where there is no blueprint.
 */
export type WindowsLicense1 = "included" | "byol";
/**
 * The person. Or people, for a workshop.
 */
export type GrantedPerson =
  | string
  | {
      /**
       * A person's id as the token names it. 1 to 128 visible ASCII characters.
       */
      id: string;
      /**
       * The person's short name in objects and addresses: 1 to 30 lower-case letters, digits and dashes.
       */
      slug: string;
    };
/**
 * A person: the id that tokens name, or id and slug.
 */
export type GrantedPerson1 =
  | string
  | {
      /**
       * A person's id as the token names it. 1 to 128 visible ASCII characters.
       */
      id: string;
      /**
       * The person's short name in objects and addresses: 1 to 30 lower-case letters, digits and dashes.
       */
      slug: string;
    };

export interface Documents {
  AccessPolicy: AccessPolicySpec;
  Acknowledgement: AcknowledgementSpec;
  ApplianceSite: ApplianceSiteSpec;
  Estate: EstateSpec;
  Partner: PartnerSpec;
  WireGuardHub: WireGuardHubSpec;
  WireGuardPeer: WireGuardPeerSpec;
  WorkspaceBlueprint: WorkspaceBlueprintSpec;
  WorkspaceDirectory: WorkspaceDirectorySpec;
  WorkspaceReserve: WorkspaceReserveSpec;
  WorkspaceSecurityPolicy: WorkspaceSecurityPolicySpec;
  Workspace: WorkspaceSpec;
  WorkstationCluster: WorkstationClusterSpec;
  WorkstationGrant: WorkstationGrantSpec;
  WorkstationTier: WorkstationTierSpec;
}
/**
 * Who may be given what, for how long.
 */
export interface AccessPolicySpec {
  subjects: AccessSubjects;
  /**
   * The longest window from startsAt to expiresAt.
   */
  maxDuration: string;
  /**
   * Tiers that a grant may have.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: A tier's name.
   */
  allowedTiers: string[];
  /**
   * Images that a desktop may run: each * stands for any characters but / and @.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: An image, or a pattern.
   */
  allowedImages?: string[];
  maxResources?: AccessCeiling;
  egress: AccessEgress;
  session: AccessSession;
  requires: AccessRequirements;
  retain: AccessRetention;
}
/**
 * Whom grants of this policy may be for: a person that one of these covers.
 */
export interface AccessSubjects {
  /**
   * Ids of people.
   *
   * @minItems 1
   * @maxItems 10000
   *
   * Items: An id.
   */
  people?: string[];
  /**
   * Ids that end in @ and one of these.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: A domain.
   */
  mailDomains?: string[];
  /**
   * Grants whose documents carry these labels, all of them, whoever they are for.
   */
  matchLabels?: {
    /**
     * The label's value.
     */
    [k: string]: string;
  };
}
/**
 * The most that a desktop may use.
 */
export interface AccessCeiling {
  /**
   * Processor time.
   */
  cpu?: string;
  /**
   * Memory.
   */
  memory?: string;
  /**
   * The home volume in GiB; 0 allows none.
   */
  homeGib?: number;
}
/**
 * What a desktop may reach beside DNS and the mesh. Whatever is not allowed here is refused in a grant.
 */
export interface AccessEgress {
  /**
   * Whether grants may open challenges. Only ever the person's own.
   */
  challenges: "none" | "own";
  /**
   * Whether grants may name networks of the internet, or 0.0.0.0/0 and ::/0 for all of it without private networks.
   */
  internet: "deny" | "allow";
  /**
   * Networks that grants may open, or parts of.
   *
   * @maxItems 100
   *
   * Items: A network.
   */
  networks: string[];
}
/**
 * Session rules that must hold. A grant and its tier that leave one out do not keep it.
 */
export interface AccessSession {
  /**
   * The longest idleTimeout.
   */
  idleTimeout?: string;
  /**
   * The longest maxDuration.
   */
  maxDuration?: string;
  /**
   * The most sessions at one time.
   */
  maxConcurrent?: number;
  /**
   * Clipboard rules that are allowed.
   *
   * @minItems 1
   * @maxItems 4
   *
   * Items: A rule.
   */
  clipboard?: ("disabled" | "in-only" | "out-only" | "enabled")[];
  /**
   * Rules for files that are allowed.
   *
   * @minItems 1
   * @maxItems 4
   *
   * Items: A rule.
   */
  fileTransfer?: ("disabled" | "in-only" | "out-only" | "enabled")[];
  /**
   * `required`: sessions must be recorded.
   */
  recording?: "required";
}
/**
 * What a grant's document must hold.
 */
export interface AccessRequirements {
  /**
   * Approvals by different people, none of whom the grant is for.
   */
  approvals: number;
  /**
   * Whose approvals count. Left out: anybody's.
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: An id.
   */
  approvers?: string[];
  /**
   * A reason must be given.
   */
  reason: boolean;
}
/**
 * What is kept when a grant has ended.
 */
export interface AccessRetention {
  /**
   * How long a home volume is kept where the grant does not say, and the most a grant may say.
   */
  home: string;
}
/**
 * Which plan, and why.
 */
export interface AcknowledgementSpec {
  /**
   * The digest of the plan that is acknowledged, as `reeve plan` prints it.
   */
  plan: string;
  /**
   * Why so much may go at once, for the reviewer and the journal.
   */
  reason: string;
}
/**
 * A customer's network and the appliances in it.
 */
export interface ApplianceSiteSpec {
  /**
   * The partner who looks after the site.
   */
  partner: string;
  /**
   * Where appliances find the site server.
   */
  apiEndpoint: string;
  settings: SiteSettings;
  /**
   * The site's appliances.
   *
   * @maxItems 100
   */
  appliances: SiteAppliance[];
  domain: SiteDomain;
  /**
   * Machines that are looked after whatever is discovered.
   *
   * @maxItems 2000
   */
  targets: SiteTarget[];
  /**
   * Credentials that appliances need.
   *
   * @maxItems 200
   */
  credentials: SiteCredential[];
  /**
   * Certificate authorities of the site's own.
   *
   * @maxItems 20
   */
  authorities: SiteAuthority[];
  scan: SiteScan;
  goAgent?: SiteAgent;
}
/**
 * How appliances work; an appliance may say otherwise.
 */
export interface SiteSettings {
  /**
   * How often the appliance checks in: 15s to 1h. The server spreads it by a tenth.
   */
  pollInterval: string;
  /**
   * Whether the appliance looks for drift on its targets.
   */
  driftDetection: boolean;
  /**
   * Whether it uploads evidence.
   */
  evidenceUpload: boolean;
  /**
   * Whether it fetches first-level rules.
   */
  l1Sync: boolean;
  healing: SiteHealing;
  /**
   * How much it logs.
   */
  logLevel: "DEBUG" | "INFO" | "WARNING" | "ERROR";
  /**
   * Where the appliance keeps its state. An absolute path.
   */
  stateDir: string;
}
/**
 * Whether it mends what it finds.
 */
export interface SiteHealing {
  /**
   * Whether it mends at all.
   */
  enabled: boolean;
  /**
   * Whether it only says what it would do.
   */
  dryRun: boolean;
}
/**
 * One appliance.
 */
export interface SiteAppliance {
  /**
   * Its name within the site, which it keeps when it is set up anew.
   */
  name: string;
  /**
   * Its hardware address, upper case with colons. It identifies and is no secret: unique over the whole repository.
   */
  mac: string;
  provisioning?: ApplianceProvisioning;
  identity?: ApplianceIdentity;
  /**
   * Whether it is turned away and gets no configuration and no secrets.
   */
  suspended: boolean;
  settings: ApplianceSettings;
}
/**
 * How it may claim its place. `reeve site mint-code` writes it. Left out: it cannot yet.
 */
export interface ApplianceProvisioning {
  /**
   * Raised to let another key claim: after a re-image, or a theft.
   */
  generation: number;
  /**
   * The hash of its provision code, as `reeve site mint-code` writes it. The code itself is printed once and never written here: one that was has leaked, so make another.
   */
  codeHash: string;
  /**
   * When the code ends, at most 30 days after it was minted.
   */
  expiresAt: string;
  /**
   * Whether only the declared hardware address may claim.
   */
  bindMac: boolean;
  /**
   * Whether the code is withdrawn before its end.
   */
  revoked: boolean;
}
/**
 * Pins the keys that the appliance claimed with, so that they outlive the server's database.
 */
export interface ApplianceIdentity {
  /**
   * Its Ed25519 public key: 32 bytes as base64.
   */
  signKey: string;
  /**
   * Its age recipient: secrets are sealed to it.
   */
  recipient: string;
}
/**
 * What it does otherwise than the site.
 */
export interface ApplianceSettings {
  /**
   * How often the appliance checks in: 15s to 1h. The server spreads it by a tenth.
   */
  pollInterval?: string;
  /**
   * Whether the appliance looks for drift on its targets.
   */
  driftDetection?: boolean;
  /**
   * Whether it uploads evidence.
   */
  evidenceUpload?: boolean;
  /**
   * Whether it fetches first-level rules.
   */
  l1Sync?: boolean;
  healing?: ApplianceHealing;
  /**
   * How much it logs.
   */
  logLevel?: "DEBUG" | "INFO" | "WARNING" | "ERROR";
  /**
   * Where the appliance keeps its state. An absolute path.
   */
  stateDir?: string;
}
/**
 * Whether it mends what it finds.
 */
export interface ApplianceHealing {
  /**
   * Whether it mends at all.
   */
  enabled?: boolean;
  /**
   * Whether it only says what it would do.
   */
  dryRun?: boolean;
}
/**
 * The site's Active Directory domain.
 */
export interface SiteDomain {
  /**
   * `auto`: found by DNS. `off`: there is none. Or a domain and its servers.
   */
  discovery: ("auto" | "off") | DeclaredDomain;
  /**
   * The domain that should be found; another one is reported and not enumerated.
   */
  expected?: string;
  /**
   * The credential, of those below, that reads the directory. Left out: the partner submits one.
   */
  credentialsRef?: string;
  ldap: SiteLdap;
  enumeration: SiteEnumeration;
}
/**
 * A domain that is not looked for.
 */
export interface DeclaredDomain {
  /**
   * The domain.
   */
  name: string;
  /**
   * Its servers, in the order in which they are asked.
   *
   * @minItems 1
   * @maxItems 16
   *
   * Items: A server.
   */
  servers: string[];
}
/**
 * How the directory is asked.
 */
export interface SiteLdap {
  /**
   * TLS from the start, or StartTLS.
   */
  security: "ldaps" | "starttls";
  /**
   * The authority, of those below, that signed the directory server's certificate. Left out: the public ones.
   */
  caRef?: string;
}
/**
 * When computers are listed.
 */
export interface SiteEnumeration {
  /**
   * Raised to have them listed anew at once.
   */
  generation: number;
  /**
   * How often they are listed.
   */
  interval: string;
  /**
   * A computer that has not logged on for so long counts as gone: at least 30d, since directories record logons no finer.
   */
  staleAfter: string;
  /**
   * Names that are left out: `*` is anything.
   *
   * @maxItems 200
   *
   * Items: A name.
   */
  exclude: string[];
  /**
   * A list with less than this share of the last one is refused: more likely a lost connection than lost computers.
   */
  minRatio: number;
}
/**
 * A machine that the appliance looks after. What is declared wins over what is discovered.
 */
export interface SiteTarget {
  /**
   * Its name.
   */
  name: string;
  /**
   * Where it is.
   */
  host: string;
  /**
   * What it is.
   */
  role: "server" | "workstation" | "domain-controller";
  /**
   * The credential, of those below, that opens it.
   */
  credentialsRef?: string;
  winrm: WinRmAccess;
}
/**
 * How to reach it by WinRM.
 */
export interface WinRmAccess {
  /**
   * The port. Left out: 5986 with TLS, else 5985.
   */
  port?: number;
  /**
   * Whether it is reached over TLS.
   */
  tls: boolean;
}
/**
 * A credential: its secret is a reference, resolved when it is delivered and sealed to the appliance.
 */
export interface SiteCredential {
  /**
   * Its name.
   */
  name: string;
  /**
   * What it opens.
   */
  type: "domain_admin" | "winrm" | "service_account" | "local_admin";
  /**
   * The user.
   */
  username: string;
  passwordFrom: SecretSource;
}
/**
 * Where the password is.
 */
export interface SecretSource {
  /**
   * A file on the host that needs it, in a folder that the estate allows (`providers.sites.secrets.folders`).
   */
  file?: string;
  /**
   * An environment variable of the process that needs it, among those that the estate allows (`providers.sites.secrets.environment`).
   */
  env?: string;
  awsSecretsManager?: AwsSecret;
  vault?: VaultSecret;
  /**
   * The secret itself, sealed with age to the daemon's recipient, in armor.
   */
  age?: string;
}
/**
 * A secret of AWS Secrets Manager.
 */
export interface AwsSecret {
  /**
   * Its name or ARN.
   */
  secretId: string;
  /**
   * The member, where the secret is a JSON object. Left out: the whole text.
   */
  key?: string;
  /**
   * Which version.
   */
  versionStage: string;
  /**
   * Its region. Left out: the environment's.
   */
  region?: string;
}
/**
 * A secret of HashiCorp Vault's key-value store, version 2.
 */
export interface VaultSecret {
  /**
   * Its path, with the store's mount first.
   */
  path: string;
  /**
   * The member.
   */
  key: string;
}
/**
 * A certificate authority of the site's own.
 */
export interface SiteAuthority {
  /**
   * Its name.
   */
  name: string;
  /**
   * The certificate as PEM. It is public.
   */
  certificate: string;
}
/**
 * When targets are scanned out of turn.
 */
export interface SiteScan {
  /**
   * Raised to have all targets scanned at once.
   */
  generation: number;
}
/**
 * The Windows agent on workstations, which reports to the appliance.
 */
export interface SiteAgent {
  /**
   * Its version.
   */
  version: string;
  /**
   * The SHA-256 of its program.
   */
  sha256: string;
  /**
   * Where the appliance listens for agents.
   */
  listen: string;
  deploy: AgentDeployment;
}
/**
 * How it gets onto workstations.
 */
export interface AgentDeployment {
  /**
   * Where.
   */
  to: "workstations" | "none";
  /**
   * By group policy, or by hand from a sheet.
   */
  method: "gpo" | "manual";
  /**
   * The share of workstations, by name, that get it.
   */
  ring: string;
}
/**
 * Providers and safety limits.
 */
export interface EstateSpec {
  /**
   * The providers this estate uses, with their settings. Left out: all of them. A document of a provider that is not named here is an error.
   */
  providers?: {
    /**
     * WireGuard hubs and peers. It has no settings of its own: each hub says where it is.
     */
    wireguard?: {};
    workspaces?: WorkspacesSettings;
    /**
     * Workstation access in Kubernetes clusters. It has no settings of its own: each cluster's document says where it is.
     */
    grants?: {};
    sites?: SitesSettings;
  };
  /**
   * Limits that stop an apply before its first write, and what is done about drift.
   */
  safety: {
    /**
     * The mass-change valve: an apply that deletes or replaces more than `percent` of a kind, and at least `atLeast` of it, needs an Acknowledgement that names the plan's digest.
     */
    maxDeletes: {
      /**
       * Percent of a kind's live resources that one apply may delete or replace.
       */
      percent: number;
      /**
       * Fewer deletes and replaces than this never trip the valve.
       */
      atLeast: number;
    };
    modes?: DriftModes;
  };
  /**
   * What the estate may cost a month. A change that costs more is not begun where a budget is exceeded; stopping and deleting always are.
   *
   * @maxItems 1000
   */
  budgets?: Budget[];
  policy?: Policy;
}
/**
 * Cloud desktops: Amazon WorkSpaces in one account.
 */
export interface WorkspacesSettings {
  /**
   * The AWS account. Before every plan and every apply Reeve asks AWS who it is, and stops where the account is another.
   */
  accountId: string;
  /**
   * The regions that the estate uses: they are looked into even where no directory is declared, and a directory in another region is refused. Left out: the regions of the declared directories.
   *
   * @maxItems 32
   *
   * Items: An AWS region.
   */
  regions: string[];
  role?: WorkspacesRoles;
  limiter: WorkspacesLimiter;
  /**
   * Desktops that the account may have in each region (AWS starts with 1). A plan that goes beyond is blocked before its first write. Left out: not checked.
   */
  quota?: {
    /**
     * Desktops in this region.
     */
    [k: string]: number;
  };
  /**
   * A desktop that took longer than this to become ready is a warning.
   */
  provisioningObjective: string;
  /**
   * Price files of the estate's own, written by `reeve prices`: paths below the folder that holds the state directory. For a region of which one has a price, it alone counts; all else comes from the book that travels with Reeve.
   *
   * @maxItems 32
   */
  prices: string[];
  hoursPerMonth: AutoStopHours;
}
/**
 * IAM roles to assume. Left out: the credentials of the environment as they are.
 */
export interface WorkspacesRoles {
  /**
   * The role for planning; it needs no right to write.
   */
  plan?: string;
  /**
   * The role for applying.
   */
  apply?: string;
}
/**
 * How fast Reeve calls WorkSpaces in one region. AWS allows two calls a second and bursts of five.
 */
export interface WorkspacesLimiter {
  /**
   * Calls a second.
   */
  perSecond: number;
  /**
   * Calls that may go out at once after a pause.
   */
  burst: number;
}
/**
 * Hours a month that an auto-stop desktop is expected to run, for the cost of a plan.
 */
export interface AutoStopHours {
  /**
   * At least.
   */
  low: number;
  /**
   * As a rule.
   */
  expected: number;
  /**
   * At most.
   */
  high: number;
}
/**
 * Appliance sites: which site server keeps them.
 */
export interface SitesSettings {
  /**
   * The site server, `reeve watch` on the management host. Plain http only on this machine. Left out: sites are checked and not planned.
   */
  server?: string;
  tokenFrom?: SecretSource1;
  secrets: SitesSecrets;
}
/**
 * Where the operator token for it is: scope `read` to plan, `operate` to apply.
 */
export interface SecretSource1 {
  /**
   * A file on the host that needs it, in a folder that the estate allows (`providers.sites.secrets.folders`).
   */
  file?: string;
  /**
   * An environment variable of the process that needs it, among those that the estate allows (`providers.sites.secrets.environment`).
   */
  env?: string;
  awsSecretsManager?: AwsSecret;
  vault?: VaultSecret;
  /**
   * The secret itself, sealed with age to the daemon's recipient, in armor.
   */
  age?: string;
}
/**
 * Where secrets of sites may come from on the management host.
 */
export interface SitesSecrets {
  /**
   * Environment variables.
   *
   * @maxItems 1000
   *
   * Items: A variable.
   */
  environment: string[];
  /**
   * Folders of secret files.
   *
   * @maxItems 100
   *
   * Items: A folder.
   */
  folders: string[];
}
/**
 * What the scheduled run does about drift, by kind. A kind that is not named here is reported.
 */
export interface DriftModes {
  /**
   * Bounds of grants: nothing of them is live.
   */
  AccessPolicy?: "report" | "propose" | "correct";
  /**
   * Sites and their appliances.
   */
  ApplianceSite?: "report" | "propose" | "correct";
  /**
   * Companies that look after sites: nothing of them is live.
   */
  Partner?: "report" | "propose" | "correct";
  /**
   * Interfaces of hubs and their files.
   */
  WireGuardHub?: "report" | "propose" | "correct";
  /**
   * Peers at their hubs.
   */
  WireGuardPeer?: "report" | "propose" | "correct";
  /**
   * Desktops.
   */
  Workspace?: "report" | "propose" | "correct";
  /**
   * Blueprints.
   */
  WorkspaceBlueprint?: "report" | "propose" | "correct";
  /**
   * Directories and their settings.
   */
  WorkspaceDirectory?: "report" | "propose" | "correct";
  /**
   * Reserves of desktops.
   */
  WorkspaceReserve?: "report" | "propose" | "correct";
  /**
   * Published security policies.
   */
  WorkspaceSecurityPolicy?: "report" | "propose" | "correct";
  /**
   * What grants of a cluster share there.
   */
  WorkstationCluster?: "report" | "propose" | "correct";
  /**
   * Access to workstations.
   */
  WorkstationGrant?: "report" | "propose" | "correct";
  /**
   * Sizes of workstations: nothing of them is live.
   */
  WorkstationTier?: "report" | "propose" | "correct";
}
/**
 * One limit.
 */
export interface Budget {
  scope: BudgetScope;
  /**
   * US dollars a month.
   */
  monthlyUsd: number;
}
/**
 * Who may change what, and whose approval it takes. Read from the commit that a pull request would be merged into, so that no pull request is judged by its own policy. Left out: GitHub's branch protection decides alone. With a policy, what no rule matches is denied.
 */
export interface Policy {
  /**
   * Names for groups of people: `role:NAME` stands for them. A role holds teams and users, not other roles.
   */
  roles: {
    /**
     * Who has the role.
     *
     * @minItems 1
     * @maxItems 100
     *
     * Items: `team:SLUG` of the repository's organisation, `user:LOGIN`, or `anyone` who can write to the repository.
     */
    [k: string]: string[];
  };
  /**
   * What may be changed by whom. Every rule that matches a change must be satisfied, in whatever order they stand; a change that none matches is denied.
   *
   * @maxItems 1000
   */
  rules: PolicyRule[];
  /**
   * Files that only a rule with nothing but `paths` in its match lets change, beside those that always are protected: reeve.yaml, `.github`, CODEOWNERS, action files, .gitattributes and .gitmodules. A folder stands for all in it; case does not matter.
   *
   * @maxItems 1000
   *
   * Items: A path from the repository's root: `*` is anything within a name, `?` one character of it, `**` any folders.
   */
  protect: string[];
  override?: PolicyOverride;
}
/**
 * One rule.
 */
export interface PolicyRule {
  /**
   * What the rule is called in verdicts.
   */
  name?: string;
  match: PolicyMatch;
  /**
   * Who may make the change: the pull request's author and everybody who is known to have pushed to its branch must be among them.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: `role:NAME`, `team:SLUG` of the repository's organisation, `user:LOGIN`, or `anyone` who can write to the repository.
   */
  changeBy: string[];
  /**
   * Approvals that it takes, each of these. One person counts once in each, and may count in several.
   *
   * @maxItems 20
   */
  approvals: PolicyApproval[];
}
/**
 * What the rule is about: whatever all the given fields match.
 */
export interface PolicyMatch {
  /**
   * Kinds; `*` for every kind.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: A kind.
   */
  kinds?: (
    | "*"
    | "AccessPolicy"
    | "Acknowledgement"
    | "ApplianceSite"
    | "Estate"
    | "Partner"
    | "WireGuardHub"
    | "WireGuardPeer"
    | "Workspace"
    | "WorkspaceBlueprint"
    | "WorkspaceDirectory"
    | "WorkspaceReserve"
    | "WorkspaceSecurityPolicy"
    | "WorkstationCluster"
    | "WorkstationGrant"
    | "WorkstationTier"
  )[];
  /**
   * Names: `*` is anything, `?` one character.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: A name.
   */
  names?: string[];
  /**
   * Labels and their values, each of them: `*` in a value is anything, `?` one character.
   */
  labels?: {
    /**
     * The label's value.
     */
    [k: string]: string;
  };
  /**
   * What would be done. An added document is `create` and a removed one `delete`, whatever is live; `document` is an edit without effect, which `update` covers too.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: An action of a plan.
   */
  actions?: ("create" | "update" | "replace" | "delete" | "adopt" | "start" | "stop" | "prune" | "document")[];
  /**
   * Files: the document's own, or, in a rule with no other field here, protected files.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: A path from the repository's root: `*` is anything within a name, `?` one character of it, `**` any folders.
   */
  paths?: string[];
}
/**
 * So many approvals of these people. An approval counts on the head commit alone, as the person's latest word, and never from a bot, the author or somebody who pushed.
 */
export interface PolicyApproval {
  /**
   * How many people.
   */
  count: number;
  /**
   * Whose approvals count.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: `role:NAME`, `team:SLUG` of the repository's organisation, `user:LOGIN`, or `anyone` who can write to the repository.
   */
  from: string[];
}
/**
 * Who may pass over the rules in an emergency, with a reason that is recorded.
 */
export interface PolicyOverride {
  /**
   * Who may.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: `role:NAME`, `team:SLUG` of the repository's organisation, `user:LOGIN`, or `anyone` who can write to the repository.
   */
  by: string[];
  /**
   * What nobody passes over.
   *
   * @maxItems 100
   */
  never: PolicyMatch1[];
}
/**
 * What a rule is about: whatever all the given fields match. A resource is matched as it was and as it would be, and both must be allowed.
 */
export interface PolicyMatch1 {
  /**
   * Kinds; `*` for every kind.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: A kind.
   */
  kinds?: (
    | "*"
    | "AccessPolicy"
    | "Acknowledgement"
    | "ApplianceSite"
    | "Estate"
    | "Partner"
    | "WireGuardHub"
    | "WireGuardPeer"
    | "Workspace"
    | "WorkspaceBlueprint"
    | "WorkspaceDirectory"
    | "WorkspaceReserve"
    | "WorkspaceSecurityPolicy"
    | "WorkstationCluster"
    | "WorkstationGrant"
    | "WorkstationTier"
  )[];
  /**
   * Names: `*` is anything, `?` one character.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: A name.
   */
  names?: string[];
  /**
   * Labels and their values, each of them: `*` in a value is anything, `?` one character.
   */
  labels?: {
    /**
     * The label's value.
     */
    [k: string]: string;
  };
  /**
   * What would be done. An added document is `create` and a removed one `delete`, whatever is live; `document` is an edit without effect, which `update` covers too.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: An action of a plan.
   */
  actions?: ("create" | "update" | "replace" | "delete" | "adopt" | "start" | "stop" | "prune" | "document")[];
  /**
   * Files: the document's own, or, in a rule with no other field here, protected files.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: A path from the repository's root: `*` is anything within a name, `?` one character of it, `**` any folders.
   */
  paths?: string[];
}
/**
 * The partner's brand.
 */
export interface PartnerSpec {
  /**
   * The name that the appliance shows.
   */
  brandName: string;
  /**
   * The brand's colour, as `#` and six upper-case hex digits.
   */
  primaryColor: string;
}
/**
 * Where the hub is, its interface and addresses, and the rules for its peers.
 */
export interface WireGuardHubSpec {
  host: WireGuardHost;
  /**
   * The interface's name. It cannot be changed: make a second hub beside the first, move the peers, retire the first.
   */
  interface: string;
  /**
   * The configuration file that `wg-quick` starts the interface from, named after the interface. Left out: /etc/wireguard/<interface>.conf.
   */
  configFile?: string;
  /**
   * The hub's pinned public key. May be left out until the hub has made its key; then `reeve list` prints it. A hub with another key is refused.
   */
  publicKey?: string;
  /**
   * Where the hub's private key is. It is made there, mode 0600, at the first apply when absent, and never leaves the hub.
   */
  privateKeyFrom: {
    /**
     * The key file on the hub.
     */
    file: string;
  };
  /**
   * The hub's own addresses with the prefix length of its network: at most one an IP family. IPv4 /8 to /30, IPv6 /48 to /126. A network may grow, never shrink.
   *
   * @minItems 1
   * @maxItems 2
   *
   * Items: An address and its network's prefix length.
   */
  addresses: string[];
  /**
   * UDP port. A change makes every client's file stale and needs the annotation reeve.dev/confirm-listen-port with the new port.
   */
  listenPort: number;
  /**
   * What peers dial: host:port. A change makes every client's file stale; the plan says so.
   */
  endpoint: string;
  /**
   * Addresses that are never given to peers.
   *
   * @maxItems 1000
   *
   * Items: One address, a range or a network, and why.
   */
  reserved: {
    /**
     * An address, first-last, or address/prefix.
     */
    range: string;
    /**
     * What the addresses are kept for.
     */
    reason: string;
    /**
     * When the reservation ends, for example of an address that was released not long ago.
     */
    until?: string;
  }[];
  /**
   * Resolvers and search domains for the client's configuration.
   */
  dns: {
    /**
     * IP addresses of resolvers.
     *
     * @maxItems 8
     *
     * Items: An IP address.
     */
    servers: string[];
    /**
     * DNS search domains.
     *
     * @maxItems 8
     *
     * Items: A domain name.
     */
    search: string[];
  };
  /**
   * The interface's MTU in bytes, on the hub and in client files.
   */
  mtu: number;
  /**
   * Rules for this hub's peers.
   */
  peers: {
    /**
     * Keepalive that client files carry, so that a client behind NAT stays reachable. 0s turns it off.
     */
    keepalive: string;
    /**
     * Networks that clients route through this hub. Left out: the hub's own networks.
     *
     * @maxItems 1000
     *
     * Items: A network as address/prefix, host bits zero.
     */
    routes?: string[];
    /**
     * What happens to live peers that nobody declared: `report` lists them, `prune` removes them, within `prune.atMost`.
     */
    unmanaged: "report" | "prune";
    /**
     * Bounds of pruning.
     */
    prune: {
      /**
       * Undeclared peers that one apply may remove. With more, none is removed.
       */
      atMost: number;
    };
    /**
     * How long the address of a removed peer is not given out again.
     */
    quarantine: string;
    /**
     * The furthest that a peer's expiresAt may lie ahead. Left out: no bound.
     */
    maxLifetime?: string;
  };
  /**
   * Takes the hub down: the interface and its configuration file go, the key stays. Needs that no peer names the hub. Remove the document afterwards.
   */
  retired: boolean;
}
/**
 * Where the interface lives: `local` (this machine), `ssh` (another machine), or `file` (a configuration file only, no interface).
 */
export interface WireGuardHost {
  /**
   * The interface is on this machine, in the kernel or in user space. Needs root.
   */
  local?: {};
  /**
   * Only the configuration file is kept; no interface is read or changed, and no privilege is needed.
   */
  file?: {};
  /**
   * The interface is on another machine, reached with the OpenSSH client.
   */
  ssh?: {
    /**
     * Host name or address to connect to.
     */
    address: string;
    /**
     * Account on the hub.
     */
    user: string;
    /**
     * Port of the SSH server.
     */
    port: number;
    /**
     * A known_hosts file with the hub's pinned host key; relative to the folder that holds the state directory. A host key that is not in it is refused.
     */
    knownHosts: string;
    /**
     * The private key file to log in with, on the machine that runs Reeve. Left out: what the SSH client would use.
     */
    identityFile?: string;
    /**
     * Run as root through `sudo -n` where the account is not root.
     */
    sudo: boolean;
  };
}
/**
 * Which hubs the peer dials, its key, its addresses and how long it has access.
 */
export interface WireGuardPeerSpec {
  hubs: HubSelection;
  /**
   * The peer's public key. Changing it cuts the peer off until its client changes: use nextPublicKey instead.
   */
  publicKey: string;
  /**
   * Rotation without an outage: the key the client will switch to. The hub accepts both; when the client has shaken hands with the new one, its addresses move and the old key goes. Then make it publicKey and drop this line.
   */
  nextPublicKey?: string;
  presharedKeyFrom?: PresharedKeySource;
  /**
   * The peer's tunnel addresses, one an IP family and hub network. `reeve allocate` writes a free IPv4 address; IPv6 is derived from the name when left out.
   *
   * @maxItems 128
   *
   * Items: An IP address.
   */
  addresses: string[];
  /**
   * Networks behind this peer: the hub routes them to it. No two peers of a hub may hold the same network.
   *
   * @maxItems 1000
   *
   * Items: A network as address/prefix, host bits zero.
   */
  routedNetworks: string[];
  /**
   * Where the hub reaches a peer that cannot dial by itself, as IP:port or name:port. Set once when the peer is made; a peer that roams keeps where it was seen.
   */
  endpoint?: string;
  /**
   * Keepalive that the hub sends to this peer, up to 65535s. Left out: off, which is right for peers that dial.
   */
  keepalive?: string;
  /**
   * What the machine offers, for people and schedulers that read the repository. Nothing on the hub depends on it.
   */
  capabilities?: {
    /**
     * Graphics processors.
     */
    gpuCount?: number;
    /**
     * Memory of each graphics processor in MB.
     */
    gpuMemoryMb?: number;
    /**
     * Processor cores.
     */
    cpuCores?: number;
    /**
     * Names of models the machine serves.
     *
     * @maxItems 256
     *
     * Items: A model's name.
     */
    models?: string[];
  };
  /**
   * Version of the software on the machine, for people. Nothing on the hub depends on it.
   */
  nodeVersion?: string;
  /**
   * When access ends. The peer leaves the hub, its address stays its own; a later instant lets it back in.
   */
  expiresAt?: string;
  /**
   * Takes the peer off its hubs until it is false again; its address stays its own.
   */
  suspended: boolean;
}
/**
 * Where the preshared key is: a file on each hub, or an environment variable where Reeve runs. One source exactly.
 */
export interface PresharedKeySource {
  /**
   * A file on the hub with the key in its first line.
   */
  file?: string;
  /**
   * An environment variable of the process that runs Reeve.
   */
  env?: string;
}
/**
 * What its desktops are.
 */
export interface WorkspaceBlueprintSpec {
  bundle: BundleChoice;
  compute?: ComputeType1;
  operatingSystem: DesktopSystem;
  license: WindowsLicense;
  volumes?: DesktopVolumes;
  running?: DesktopRunning;
  lifecycle?: DesktopLifecycle;
  /**
   * The WorkspaceSecurityPolicy that their directory must carry.
   */
  securityPolicy?: string;
  overrides: BlueprintOverrides;
  tags: Tags;
}
/**
 * What a bundle must be; exactly one in the region must fit.
 */
export interface BundleSelector {
  /**
   * Whose bundles: Amazon's, or this account's own.
   */
  owner: "amazon" | "own";
  /**
   * The bundle's whole name.
   */
  name?: string;
  /**
   * Words that its name or description holds, all of them.
   *
   * @minItems 1
   * @maxItems 10
   *
   * Items: A word.
   */
  contains?: string[];
  compute?: ComputeType;
}
/**
 * Their volumes. Left out: the bundle's sizes, unencrypted.
 */
export interface DesktopVolumes {
  /**
   * The root volume (C: or /), in GiB.
   */
  rootGib?: number;
  /**
   * The user volume (D: or /home), in GiB.
   */
  userGib?: number;
  encryption?: DesktopEncryption;
}
/**
 * Encrypts both volumes with this key. Fixed when the desktop is made.
 */
export interface DesktopEncryption {
  /**
   * A symmetric KMS key of the desktop's region: its alias or its ARN. The key itself stays with KMS.
   */
  keyFrom: string;
}
/**
 * Whether they stop by themselves.
 */
export interface DesktopRunning {
  /**
   * auto-stop is billed by the hour, always-on by the month.
   */
  mode: "auto-stop" | "always-on";
  /**
   * How long after the user has disconnected an auto-stop desktop stops: whole hours, 1h at least. Left out: 1h. An always-on desktop has none.
   */
  afterIdle?: string;
}
/**
 * How long they live.
 */
export interface DesktopLifecycle {
  /**
   * The end, as an instant.
   */
  expiresAt?: string;
  /**
   * The end, counted from startDate, else from when it was made.
   */
  maxLifetime?: string;
  /**
   * The end, counted from the last connection of its user. Who never connected counts from when it was made. 1d at least.
   */
  terminateAfterUnused?: string;
  /**
   * How long Reeve warns before anything is deleted; not longer than maxLifetime. Left out: 7d.
   */
  gracePeriod?: string;
  /**
   * Refuses every deletion and replacement until a reviewed change has set it to false.
   */
  protection?: boolean;
}
/**
 * What a desktop may say otherwise. What is not named here may not be overridden; lifecycle and tags always may.
 */
export interface BlueprintOverrides {
  /**
   * The compute types it may choose.
   *
   * @maxItems 32
   */
  compute: ComputeType2[];
  /**
   * The running modes it may choose.
   *
   * @maxItems 2
   *
   * Items: A running mode.
   */
  running: ("auto-stop" | "always-on")[];
  /**
   * The largest volumes it may choose.
   */
  volumes?: {
    /**
     * The largest root volume in GiB.
     */
    rootGib: number;
    /**
     * The largest user volume in GiB.
     */
    userGib: number;
  };
  /**
   * Whether it may choose another bundle.
   */
  bundle: boolean;
}
/**
 * Tags of its desktops; a desktop may add and change some.
 */
export interface Tags {
  /**
   * A tag's value.
   */
  [k: string]: string;
}
/**
 * The directory, and what every desktop in it gets.
 */
export interface WorkspaceDirectorySpec {
  /**
   * The AWS region it is registered in; one of the Estate's regions where those are listed. Never changes.
   */
  region: string;
  /**
   * The directory's id at AWS Directory Service.
   */
  directoryId: string;
  /**
   * The domain's full name, for people and for checks of `creation.ou`.
   */
  domain?: string;
  /**
   * Two subnets in two supported availability zones, used when Reeve registers the directory. Left out: those of the directory itself.
   *
   * @minItems 2
   * @maxItems 2
   *
   * Items: A subnet's id.
   */
  subnetIds?: string[];
  creation: DirectoryCreation;
  devices: DirectoryDevices;
  selfService: DirectorySelfService;
  /**
   * How DCV streams. Left out: left as it is.
   */
  streaming?: {
    /**
     * The transport that clients try first.
     */
    transport: "tcp" | "udp";
  };
  /**
   * IP access control groups: the networks that clients may connect from. Left out: left as they are.
   *
   * @maxItems 25
   *
   * Items: An IP group's id.
   */
  ipGroups?: string[];
  /**
   * The WorkspaceSecurityPolicy whose Group Policy is linked to this directory's OU.
   */
  securityPolicy?: string;
  /**
   * Names for bundles of this region, so that blueprints can name a bundle the same way in every region.
   */
  bundles: {
    /**
     * A bundle's id.
     */
    [k: string]: string;
  };
  tags: Tags1;
}
/**
 * What a desktop gets when it is made or rebuilt. A change reaches no desktop that exists until it is rebuilt.
 */
export interface DirectoryCreation {
  /**
   * The organizational unit for the domain join, as a full distinguished name that ends in the domain's own parts. AWS does not check that it exists.
   */
  ou?: string;
  /**
   * A security group for every desktop, beside the directory's own.
   */
  securityGroupId?: string;
  /**
   * Gives each desktop a public address.
   */
  internetAccess: boolean;
  /**
   * Makes users administrators of their desktops. AWS's own default is true; Reeve's is false.
   */
  localAdministrator: boolean;
  /**
   * Lets AWS wake and patch desktops in its monthly window.
   */
  maintenance: boolean;
  /**
   * An IAM role for every desktop's instance.
   */
  instanceRoleArn?: string;
}
/**
 * The clients that may connect. Only Windows and macOS unless said.
 */
export interface DirectoryDevices {
  /**
   * The Windows client.
   */
  windows: "allow" | "deny";
  /**
   * The macOS client.
   */
  macos: "allow" | "deny";
  /**
   * The Linux client.
   */
  linux: "allow" | "deny";
  /**
   * A browser.
   */
  web: "allow" | "deny";
  /**
   * The iPad client.
   */
  ios: "allow" | "deny";
  /**
   * The Android client.
   */
  android: "allow" | "deny";
  /**
   * The ChromeOS client.
   */
  chromeos: "allow" | "deny";
  /**
   * Zero clients.
   */
  zeroclient: "allow" | "deny";
  /**
   * Amazon's own thin client.
   */
  thinclient: "allow" | "deny";
}
/**
 * What users may do to their desktops by themselves. All off unless named: most of it costs money and makes desktops differ from their documents.
 */
export interface DirectorySelfService {
  /**
   * Restart it.
   */
  restart: boolean;
  /**
   * Enlarge its volumes. Reeve then leaves larger volumes alone.
   */
  increaseVolumeSize: boolean;
  /**
   * Change its compute type. Reeve then leaves compute alone.
   */
  changeComputeType: boolean;
  /**
   * Switch its running mode. Reeve then leaves the mode alone.
   */
  switchRunningMode: boolean;
  /**
   * Rebuild it from its image.
   */
  rebuild: boolean;
}
/**
 * Tags of the directory's registration.
 */
export interface Tags1 {
  /**
   * A tag's value.
   */
  [k: string]: string;
}
/**
 * For whom, what and how many.
 */
export interface WorkspaceReserveSpec {
  /**
   * User names in the directory, in the order in which their desktops are made. Who has a Workspace document of their own leaves the reserve.
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: A user name.
   */
  users: string[];
  /**
   * The WorkspaceBlueprint of its desktops. Its running mode must be auto-stop.
   */
  blueprint: string;
  placement: ReservePlacement;
  /**
   * How many of the users, from the first, get a desktop now: at most as many as are named. Left out: all of them.
   */
  count?: number;
  /**
   * The most desktops this reserve may hold. A larger count is refused, and without a count a longer list.
   */
  ceiling: number;
  tags: Tags2;
}
/**
 * Where they stand.
 */
export interface ReservePlacement {
  /**
   * The name of a WorkspaceDirectory.
   */
  directory?: string;
  near?: PlacementNear;
}
/**
 * A city.
 */
export interface NearCity {
  /**
   * The city's name.
   */
  city: string;
  /**
   * The country's two-letter code (ISO 3166-1).
   */
  country: string;
  /**
   * The state or province where the country has several cities of this name: a state's letters in the US, else GeoNames' code.
   */
  subdivision?: string;
}
/**
 * An IP address, looked up offline.
 */
export interface NearIp {
  /**
   * A public IPv4 or IPv6 address.
   */
  ip: string;
}
/**
 * Coordinates in degrees.
 */
export interface NearCoordinates {
  /**
   * Degrees north.
   */
  latitude: number;
  /**
   * Degrees east.
   */
  longitude: number;
}
/**
 * Tags of its desktops.
 */
export interface Tags2 {
  /**
   * A tag's value.
   */
  [k: string]: string;
}
/**
 * The settings, the template they are rendered from, and where the bundle goes.
 */
export interface WorkspaceSecurityPolicySpec {
  /**
   * The clipboard between desktop and client: `copy-only` lets text out of the desktop, `paste-only` lets it in.
   */
  clipboard?: "disabled" | "copy-only" | "paste-only" | "enabled";
  /**
   * Printing on the client's printers.
   */
  printing?: "disabled" | "enabled";
  /**
   * The client's USB devices in the desktop. Even when enabled, only devices that the template's own allowlist names get through.
   */
  usb?: "disabled" | "enabled";
  /**
   * Sending files between desktop and client (session storage).
   */
  fileTransfer?: "disabled" | "enabled";
  /**
   * Whether programs on the client may take pictures of the desktop. Not on Linux desktops nor in web clients. A watermark is not offered by the service: this is the nearest.
   */
  screenCapture?: "blocked" | "allowed";
  /**
   * Disconnects a session that nobody has used for so long: whole minutes, or `off`.
   */
  idleDisconnect?: string;
  /**
   * How long a session whose connection broke may be resumed without logging in again; `off` asks for a new login every time.
   */
  sessionTimeout?: string;
  template: PolicyTemplateFiles;
  publish?: PolicyPublication;
}
/**
 * Your own administrative template, taken from C:\Program Files\Amazon\WSP\ of a desktop into the state repository. Registry names come from it and from nowhere else.
 */
export interface PolicyTemplateFiles {
  /**
   * The template, relative to the folder that holds the state directory.
   */
  admx: string;
  /**
   * Its English language file, relative to the folder that holds the state directory.
   */
  adml: string;
  /**
   * Pins the template: what `sha256sum` prints. Left out: not pinned, and the plan says so.
   */
  admxSha256?: string;
  /**
   * Pins the language file: what `sha256sum` prints.
   */
  admlSha256?: string;
}
/**
 * Where the bundle is published. Left out: .reeve/published/ and the policy's name.
 */
export interface PolicyPublication {
  /**
   * A folder of its own, relative to the folder that holds the state directory. Left out: .reeve/published/ and the policy's name.
   */
  folder?: string;
  domain?: PolicyDomain;
}
/**
 * The Active Directory domain whose Group Policy object takes the policy's values, beside others' values that are in it. Left out: the domain is left to the bundle's import script.
 */
export interface PolicyDomain {
  /**
   * The domain's DNS name.
   */
  name: string;
  /**
   * Domain controllers, tried in this order. One of them is read and written: the others get it by replication.
   *
   * @minItems 1
   * @maxItems 16
   */
  servers: PolicyDomainServer[];
  /**
   * The certificate authority of the domain controllers as PEM, relative to the folder that holds the state directory. Left out: the public authorities.
   */
  authority?: string;
  /**
   * The display name of an existing Group Policy object; Reeve makes none and links none. Left out: `Reeve` and the policy's name.
   */
  object?: string;
  /**
   * An account that may edit the object, as user@domain.
   */
  username: string;
  passwordFrom: SecretSource2;
}
/**
 * A domain controller.
 */
export interface PolicyDomainServer {
  /**
   * The name that its certificate bears.
   */
  host: string;
  /**
   * Its IP address, where the host that runs Reeve cannot look the name up.
   */
  address?: string;
}
/**
 * Where its password is, for planning and for applying.
 */
export interface SecretSource2 {
  /**
   * A file on the host that needs it, in a folder that the estate allows (`providers.sites.secrets.folders`).
   */
  file?: string;
  /**
   * An environment variable of the process that needs it, among those that the estate allows (`providers.sites.secrets.environment`).
   */
  env?: string;
  awsSecretsManager?: AwsSecret;
  vault?: VaultSecret;
  /**
   * The secret itself, sealed with age to the daemon's recipient, in armor.
   */
  age?: string;
}
/**
 * Whose desktop it is, where it stands and what it is.
 */
export interface WorkspaceSpec {
  /**
   * The person's user name in the directory. A person has one desktop a directory; upper and lower case are the same. 1 to 63 letters, digits and _ . @ - \, no dash first; 20 at most for Linux desktops.
   */
  user: string;
  /**
   * The WorkspaceBlueprint it takes its settings from.
   */
  blueprint?: string;
  placement: DesktopPlacement;
  bundle?: BundleChoice1;
  compute?: ComputeType3;
  operatingSystem?: DesktopSystem1;
  license?: WindowsLicense1;
  volumes?: DesktopVolumes1;
  running?: DesktopRunning1;
  lifecycle?: DesktopLifecycle1;
  /**
   * The person's first day (midnight UTC). The desktop is made ahead of it and left stopped until then.
   */
  startDate?: string;
  /**
   * `stopped` keeps an auto-stop desktop stopped (an always-on one cannot be); `any` leaves that to its user and its timer.
   */
  desiredState: "any" | "stopped";
  /**
   * Puts the desktop into administrator maintenance (nobody can log in), or takes it out; only while it runs. Left out: left as it is.
   */
  maintenance?: boolean;
  tags: Tags3;
}
/**
 * Where it stands.
 */
export interface DesktopPlacement {
  /**
   * The name of a WorkspaceDirectory.
   */
  directory?: string;
  near?: PlacementNear1;
}
/**
 * Its volumes.
 */
export interface DesktopVolumes1 {
  /**
   * The root volume (C: or /), in GiB.
   */
  rootGib?: number;
  /**
   * The user volume (D: or /home), in GiB.
   */
  userGib?: number;
  encryption?: DesktopEncryption;
}
/**
 * Whether it stops by itself.
 */
export interface DesktopRunning1 {
  /**
   * auto-stop is billed by the hour, always-on by the month.
   */
  mode: "auto-stop" | "always-on";
  /**
   * How long after the user has disconnected an auto-stop desktop stops: whole hours, 1h at least. Left out: 1h. An always-on desktop has none.
   */
  afterIdle?: string;
}
/**
 * How long it lives.
 */
export interface DesktopLifecycle1 {
  /**
   * The end, as an instant.
   */
  expiresAt?: string;
  /**
   * The end, counted from startDate, else from when it was made.
   */
  maxLifetime?: string;
  /**
   * The end, counted from the last connection of its user. Who never connected counts from when it was made. 1d at least.
   */
  terminateAfterUnused?: string;
  /**
   * How long Reeve warns before anything is deleted; not longer than maxLifetime. Left out: 7d.
   */
  gracePeriod?: string;
  /**
   * Refuses every deletion and replacement until a reviewed change has set it to false.
   */
  protection?: boolean;
}
/**
 * Its tags, beside the blueprint's.
 */
export interface Tags3 {
  /**
   * A tag's value.
   */
  [k: string]: string;
}
/**
 * Where the API server is, and what stands in the cluster already: the gateway, who issues tokens, DNS, challenges, the mesh.
 */
export interface WorkstationClusterSpec {
  kubeconfig?: KubeconfigFile;
  kubeconfigFrom?: KubeconfigSource;
  /**
   * Reeve runs in the cluster and uses its own service account.
   */
  inCluster?: true;
  /**
   * Where desktops go. A namespace for each person is the only one: identities, quotas and rights are per namespace, and a label is no boundary.
   */
  placement: "namespace-per-person";
  gateway: WorkstationGateway;
  address: WorkstationAddress;
  token: WorkstationToken;
  dns: ClusterDns;
  challenges?: ClusterChallenges;
  /**
   * The cluster's own networks (pods, services, nodes): no grant's egress may touch them, since whether an address rule holds for pods depends on the network plugin.
   *
   * @maxItems 64
   *
   * Items: A network as address/prefix, host bits zero.
   */
  reservedNetworks: string[];
  mesh: ClusterMesh;
  /**
   * Who issues the identities: the mesh itself, or SPIRE (one ClusterSPIFFEID for all desktops).
   */
  identity: "mesh" | "spire";
  rateLimit?: WorkstationRateLimit;
  sessionCheck?: WorkstationSessionCheck;
  /**
   * Headers that the gateway sets on every answer of a desktop.
   *
   * @maxItems 16
   */
  responseHeaders: ResponseHeader[];
  labelGuard?: ReeveLabelGuard;
  /**
   * Where the estate's inventory is kept: a ConfigMap that names what Reeve has made. Left out: the gateway's namespace.
   */
  inventoryNamespace?: string;
  /**
   * The name under which Reeve owns fields. Change it in a commit of its own, and apply that before anything is removed: what was written under another name is not Reeve's to take away.
   */
  fieldManager: string;
  /**
   * What to do where another manager owns a field that Reeve wants: stop and name it, or take it. Policies, which decide who gets in, are always taken back.
   */
  conflicts: "fail" | "force";
  limits: ClusterLimits;
}
/**
 * The kubeconfig file of the machine that runs Reeve. One of kubeconfig, kubeconfigFrom and inCluster, exactly.
 */
export interface KubeconfigFile {
  /**
   * Its path: absolute, or below the home directory with ~/. Never one of the state repository's own files, since a kubeconfig may name programs to run.
   */
  path: string;
  /**
   * The context to use. Left out: the file's current one.
   */
  context?: string;
}
/**
 * A whole kubeconfig in an environment variable of the process that runs Reeve, as CI holds it.
 */
export interface KubeconfigSource {
  /**
   * The variable.
   */
  env: string;
  /**
   * The context to use. Left out: the current one.
   */
  context?: string;
}
/**
 * The Gateway (gateway.networking.k8s.io) that people come through. It must exist, and admit routes of Reeve's namespaces alone.
 */
export interface WorkstationGateway {
  /**
   * Its namespace.
   */
  namespace: string;
  /**
   * Its name.
   */
  name: string;
  /**
   * The listener's name (sectionName).
   */
  listener: string;
  pods: PodLabels;
  /**
   * Its service account: the only identity that a desktop's own proxy lets in.
   */
  serviceAccount: string;
  /**
   * Where a desktop's HTTPRoute is kept: beside the desktop, or beside the Gateway with a ReferenceGrant, for Gateways that admit routes of their own namespace alone.
   */
  routes: "beside-desktop" | "beside-gateway";
}
/**
 * Labels of its pods: the only ones that may open connections to a desktop.
 */
export interface PodLabels {
  /**
   * The label's value.
   */
  [k: string]: string;
}
/**
 * Where people find their desktop: on a host of its own, or at a path of one host for all. One of the two.
 */
export interface WorkstationAddress {
  /**
   * Each desktop has the host <slug>.<domain>. Best a domain that serves nothing else, so that a desktop's scripts and cookies stay its own.
   */
  domain?: string;
  path?: WorkstationPath;
}
/**
 * All desktops share one host and differ by path. A desktop's scripts then run in that host's origin: a warning says so.
 */
export interface WorkstationPath {
  /**
   * The host.
   */
  host: string;
  /**
   * What comes before the slug.
   */
  prefix: string;
}
/**
 * Whose tokens count, and what they must say.
 */
export interface WorkstationToken {
  /**
   * The tokens' iss, to the letter.
   */
  issuer: string;
  /**
   * A token must be for one of these (aud).
   *
   * @minItems 1
   * @maxItems 16
   *
   * Items: An audience.
   */
  audiences: string[];
  /**
   * Where the issuer's public keys are.
   */
  jwksUri: string;
  /**
   * The cookie that browsers send the token in. Left out: the Authorization header alone.
   */
  cookie?: string;
  /**
   * The claim that holds the person's id.
   */
  personClaim: string;
  /**
   * Scopes that a token must have, all of them (claim scope: a list, or words with spaces between).
   *
   * @maxItems 16
   *
   * Items: A scope.
   */
  scopes: string[];
}
/**
 * The cluster's DNS: the only pods of their namespace that a desktop may ask.
 */
export interface ClusterDns {
  /**
   * Its namespace.
   */
  namespace: string;
  pods: PodLabels1;
}
/**
 * Labels of its pods.
 */
export interface PodLabels1 {
  /**
   * The label's value.
   */
  [k: string]: string;
}
/**
 * Where challenges run. A desktop reaches those of its own person, and only where a grant names some. Left out: no grant may.
 */
export interface ClusterChallenges {
  /**
   * Their namespaces.
   *
   * @minItems 1
   * @maxItems 16
   *
   * Items: A namespace.
   */
  namespaces: string[];
  /**
   * The label of a challenge's pods that holds the person's slug.
   */
  personLabel: string;
  /**
   * The label of a challenge's pods that holds the challenge's name. Left out: challenges are not told apart, and a person's ports are open to all of their own.
   */
  nameLabel?: string;
}
/**
 * The mesh that checks who calls. Istio with sidecars, its CNI plugin included.
 */
export interface ClusterMesh {
  /**
   * How the mesh is run.
   */
  flavor: "istio-sidecar";
  /**
   * The trust domain of its identities.
   */
  trustDomain: string;
  /**
   * The control plane's revision (istio.io/rev). Left out: the default one (istio-injection).
   */
  revision?: string;
  /**
   * The control plane's namespace.
   */
  namespace: string;
  pods: PodLabels2;
}
/**
 * Labels of its pods: a desktop's proxy asks them on port 15012.
 */
export interface PodLabels2 {
  /**
   * The label's value.
   */
  [k: string]: string;
}
/**
 * A limit of requests for each person, kept by the desktop's own proxy after it has checked whose they are (429 beyond it). Left out: none.
 */
export interface WorkstationRateLimit {
  /**
   * Requests in the interval.
   */
  requests: number;
  /**
   * The interval.
   */
  per: string;
}
/**
 * An external check of every request (a CUSTOM policy), for sessions that end before their token does. Left out: none.
 */
export interface WorkstationSessionCheck {
  /**
   * The extension provider's name in the mesh's configuration (meshConfig.extensionProviders).
   */
  provider: string;
  /**
   * Where it runs.
   */
  namespace: string;
  pods: PodLabels3;
  /**
   * Its port.
   */
  port: number;
}
/**
 * Labels of its pods: a desktop's proxy may ask them.
 */
export interface PodLabels3 {
  /**
   * The label's value.
   */
  [k: string]: string;
}
/**
 * One header.
 */
export interface ResponseHeader {
  /**
   * Its name.
   */
  name: string;
  /**
   * Its value.
   */
  value: string;
}
/**
 * An admission policy that lets nobody else put reeve.dev/ labels on pods and namespaces. Needs Kubernetes 1.30. Left out: none is rendered.
 */
export interface ReeveLabelGuard {
  /**
   * Who may: user names as the API server knows them. Reeve itself, the controllers that make pods, and whatever makes challenges.
   *
   * @minItems 1
   * @maxItems 64
   *
   * Items: A user name.
   */
  writers: string[];
}
/**
 * How hard Reeve works the API server.
 */
export interface ClusterLimits {
  /**
   * Calls a second.
   */
  qps: number;
  /**
   * Calls that may go out at once after a pause.
   */
  burst: number;
  /**
   * Calls under way at one time.
   */
  concurrency: number;
  /**
   * Objects in a page of a list.
   */
  pageSize: number;
  /**
   * How long one call may take.
   */
  timeout: string;
  /**
   * How often a call that failed for a passing reason is made again.
   */
  retries: number;
}
/**
 * Whose access it is, to what, from when to when.
 */
export interface WorkstationGrantSpec {
  /**
   * The WorkstationCluster.
   */
  cluster: string;
  person?: GrantedPerson;
  /**
   * The people of a workshop: a desktop each.
   *
   * @minItems 1
   * @maxItems 1000
   */
  people?: GrantedPerson1[];
  /**
   * The WorkstationTier.
   */
  tier: string;
  /**
   * The AccessPolicy whose bounds it stays within.
   */
  policy: string;
  /**
   * When access begins.
   */
  startsAt: string;
  /**
   * When access ends; at that very instant it has ended. Or duration.
   */
  expiresAt?: string;
  /**
   * How long access lasts from startsAt, instead of expiresAt.
   */
  duration?: string;
  /**
   * Takes access away until it is false again: route and policy out, desktop off, home kept.
   */
  suspended: boolean;
  /**
   * The image, where it is not the tier's.
   */
  image?: string;
  resources?: WorkstationResources;
  home?: WorkstationHome;
  /**
   * Challenges that the desktop may reach: the person's own alone.
   *
   * @maxItems 64
   */
  challenges: GrantedChallenge[];
  /**
   * Networks that the desktop may reach, within the policy.
   *
   * @maxItems 64
   */
  egress: GrantedEgress[];
  session: WorkstationSession;
  /**
   * Why, for reviewers and the audit.
   */
  reason?: string;
  /**
   * Who approved it.
   *
   * @maxItems 32
   */
  approvals: GrantApproval[];
}
/**
 * What the desktop may use, where it is not the tier's.
 */
export interface WorkstationResources {
  /**
   * Processor time.
   */
  cpu: string;
  /**
   * Memory.
   */
  memory: string;
}
/**
 * A volume for the person's files. Left out: nothing outlives the desktop.
 */
export interface WorkstationHome {
  /**
   * Its size in GiB. It can grow, never shrink.
   */
  sizeGib: number;
  /**
   * Its storage class. Left out: the cluster's default.
   */
  storageClass?: string;
  /**
   * How long it is kept after the end. Left out: as the policy says.
   */
  retainFor?: string;
}
/**
 * One challenge.
 */
export interface GrantedChallenge {
  /**
   * Its name.
   */
  name: string;
  /**
   * Its ports.
   *
   * @minItems 1
   * @maxItems 32
   *
   * Items: A port, or a range of them, TCP unless it ends in /udp.
   */
  ports: (number | string)[];
}
/**
 * One network.
 */
export interface GrantedEgress {
  /**
   * A network as address/prefix, host bits zero.
   */
  cidr: string;
  /**
   * Ports. Never all of them.
   *
   * @minItems 1
   * @maxItems 32
   *
   * Items: A port, or a range of them, TCP unless it ends in /udp.
   */
  ports: (number | string)[];
}
/**
 * Session rules, over the tier's.
 */
export interface WorkstationSession {
  /**
   * Sessions at one time.
   */
  maxConcurrent?: number;
  /**
   * A session that nobody has used for so long ends; WebSockets too.
   */
  idleTimeout?: string;
  /**
   * The longest that one session lasts; WebSockets too. A token is checked when a connection opens, so this is what ends one.
   */
  maxDuration?: string;
  /**
   * What the clipboard may carry, seen from the desktop.
   */
  clipboard?: "disabled" | "in-only" | "out-only" | "enabled";
  /**
   * What files may go, seen from the desktop.
   */
  fileTransfer?: "disabled" | "in-only" | "out-only" | "enabled";
  /**
   * Whether sessions are recorded.
   */
  recording?: "off" | "required";
}
/**
 * One approval.
 */
export interface GrantApproval {
  /**
   * Who.
   */
  by: string;
  /**
   * When.
   */
  at: string;
}
/**
 * The desktop's image, size and session rules. A grant may say otherwise, within its policy.
 */
export interface WorkstationTierSpec {
  /**
   * The image of desktops that name none.
   */
  image?: string;
  resources: WorkstationResources1;
  quota?: WorkstationQuota;
  /**
   * The port that the desktop serves HTTP and WebSockets on.
   */
  port: number;
  home: WorkstationHomeMount;
  session: WorkstationSession1;
}
/**
 * What a desktop may use.
 */
export interface WorkstationResources1 {
  /**
   * Processor time.
   */
  cpu: string;
  /**
   * Memory.
   */
  memory: string;
}
/**
 * What the whole namespace may use, proxies included: more than the desktop's own. Left out: only counts are limited.
 */
export interface WorkstationQuota {
  /**
   * Processor time, all limits together.
   */
  cpu: string;
  /**
   * Memory, all limits together.
   */
  memory: string;
}
/**
 * Where and as whom the desktop runs.
 */
export interface WorkstationHomeMount {
  /**
   * Where a home volume is mounted.
   */
  path: string;
  /**
   * The user id that the desktop runs as, and that owns the volume. Never 0.
   */
  user: number;
}
/**
 * Session rules.
 */
export interface WorkstationSession1 {
  /**
   * Sessions at one time.
   */
  maxConcurrent?: number;
  /**
   * A session that nobody has used for so long ends; WebSockets too.
   */
  idleTimeout?: string;
  /**
   * The longest that one session lasts; WebSockets too. A token is checked when a connection opens, so this is what ends one.
   */
  maxDuration?: string;
  /**
   * What the clipboard may carry, seen from the desktop.
   */
  clipboard?: "disabled" | "in-only" | "out-only" | "enabled";
  /**
   * What files may go, seen from the desktop.
   */
  fileTransfer?: "disabled" | "in-only" | "out-only" | "enabled";
  /**
   * Whether sessions are recorded.
   */
  recording?: "off" | "required";
}
