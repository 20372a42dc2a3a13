/** The start-up script of a group policy: runs as the system, at every start, and changes only what differs. */
import { DATA_FOLDER, type DeploymentFacts, PROGRAM } from "./agent-paths.ts";

const TASK = "OsirisCare Agent";

/**
 * With a byte order mark: Windows PowerShell reads a file without one in the machine's own code page, where bytes of a name's
 * letters are quotation marks that end its quotation. Whoever may add a computer to the domain chooses its name.
 */
const MARK = "\ufeff";

export function renderStartupScript({ agent, config, names }: DeploymentFacts): string {
  const lines = [
    `${MARK}# Agent ${agent.version}. Lay osiris-agent.exe beside this file. Runs as SYSTEM at start-up.`,
    "$ErrorActionPreference = 'Stop'",
    "$names = @(",
    ...names.map((name, index) => `  ${quote(name)}${index === names.length - 1 ? "" : ","}`),
    ")",
    "if ($names -notcontains $env:COMPUTERNAME) { exit 0 }",
    "$source = Join-Path $PSScriptRoot 'osiris-agent.exe'",
    `$program = ${quote(PROGRAM)}`,
    `$data = ${quote(DATA_FOLDER)}`,
    `$task = ${quote(TASK)}`,
    `$wanted = ${quote(agent.sha256.toUpperCase())}`,
    "New-Item -ItemType Directory -Force -Path $data, (Split-Path $program) | Out-Null",
    "$has = if (Test-Path $program) { (Get-FileHash -Algorithm SHA256 $program).Hash } else { '' }",
    "if ($has -ne $wanted) {",
    '  if ((Get-FileHash -Algorithm SHA256 $source).Hash -ne $wanted) { throw "$source is not the agent that was declared" }',
    "  Stop-ScheduledTask -TaskName $task -ErrorAction SilentlyContinue",
    "  Copy-Item -Force $source $program",
    "}",
    `$config = ${quote(config.trimEnd())}`,
    "[IO.File]::WriteAllText((Join-Path $data 'config.json'), $config, (New-Object Text.UTF8Encoding $false))",
    "$action = New-ScheduledTaskAction -Execute $program",
    "$trigger = New-ScheduledTaskTrigger -AtStartup",
    "$settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 3 -RestartInterval (New-TimeSpan -Minutes 1)",
    "Register-ScheduledTask -Force -TaskName $task -Action $action -Trigger $trigger -Settings $settings -User 'SYSTEM' -RunLevel Highest | Out-Null",
    "Start-ScheduledTask -TaskName $task",
    "",
  ];
  return lines.join("\r\n");
}

/** Single quotes: nothing in them is evaluated. */
function quote(text: string): string {
  return `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
}

/** `psscripts.ini`, as Windows writes it: UTF-16LE with a byte order mark. */
export function renderScriptsIni(): Uint8Array {
  const text = "\r\n[Startup]\r\n0CmdLine=install-agent.ps1\r\n0Parameters=\r\n";
  return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
}
