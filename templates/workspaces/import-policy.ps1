<#
.SYNOPSIS
Imports the security policy in this folder as a Group Policy object, or shows what it would do with -WhatIf.

.DESCRIPTION
Reads policy.json beside this script and brings the Group Policy object of that name to exactly its values: missing values
are set, and values that the policy does not hold are taken out of the keys that its template writes to. It uses the
GroupPolicy module of Windows (RSAT), which raises both version numbers and registers the client extension. Run it as
somebody who may edit Group Policy in the organizational unit, on a machine of the domain. Desktops follow at their next
Group Policy refresh and the next session.

.PARAMETER TargetOu
The organizational unit to link the object to, as a distinguished name. Left out: the object is not linked.

.EXAMPLE
.\import-policy.ps1 -TargetOu "OU=WorkSpaces,OU=Computers,DC=corp,DC=example" -WhatIf
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [string] $TargetOu,
    [string] $Domain
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
Import-Module GroupPolicy

$policy = Get-Content -Raw -Encoding UTF8 -LiteralPath (Join-Path $PSScriptRoot 'policy.json') | ConvertFrom-Json
$registryPol = Join-Path (Join-Path $PSScriptRoot 'Machine') 'Registry.pol'
$found = (Get-FileHash -Algorithm SHA256 -LiteralPath $registryPol).Hash.ToLowerInvariant()
if ($policy.formatVersion -ne 1) { throw "policy.json is of a newer format: take the import-policy.ps1 beside it." }
if ($found -ne $policy.registryPolSha256) { throw "Registry.pol is not the file that policy.json was made with: publish again." }

$place = @{}
if ($Domain) { $place.Domain = $Domain }

function Get-RegistryData($Entry) {
    $bytes = [Convert]::FromBase64String($Entry.dataBase64)
    switch ($Entry.type) {
        'DWord' { return [BitConverter]::ToInt32($bytes, 0) }
        'QWord' { return [BitConverter]::ToInt64($bytes, 0) }
        'String' { return [Text.Encoding]::Unicode.GetString($bytes).TrimEnd([char] 0) }
        'ExpandString' { return [Text.Encoding]::Unicode.GetString($bytes).TrimEnd([char] 0) }
        default { throw "Registry values of type $($Entry.type) are not imported by this script." }
    }
}

$gpo = Get-GPO @place -Name $policy.gpoName -ErrorAction SilentlyContinue
if ($null -eq $gpo -and $PSCmdlet.ShouldProcess($policy.gpoName, 'create the Group Policy object')) {
    $comment = "Made by Reeve from the policy $($policy.policy) of the estate $($policy.estate). Change it there."
    $gpo = New-GPO @place -Name $policy.gpoName -Comment $comment
}

$wanted = @{}
foreach ($entry in $policy.entries) { $wanted["$($entry.key)\$($entry.value)".ToLowerInvariant()] = $true }

foreach ($entry in $policy.entries) {
    $key = "HKLM\$($entry.key)"
    $what = "$key\$($entry.value)"
    if ($entry.action -eq 'delete') {
        if ($PSCmdlet.ShouldProcess($what, 'take the value away from desktops')) {
            Set-GPRegistryValue @place -Name $policy.gpoName -Key $key -ValueName $entry.value -Disable | Out-Null
        }
        continue
    }
    $data = Get-RegistryData $entry
    if ($PSCmdlet.ShouldProcess($what, "set to $data")) {
        Set-GPRegistryValue @place -Name $policy.gpoName -Key $key -ValueName $entry.value -Type $entry.type -Value $data | Out-Null
    }
}

if ($null -ne $gpo) {
    foreach ($key in $policy.keys) {
        $present = @(Get-GPRegistryValue @place -Name $policy.gpoName -Key "HKLM\$key" -ErrorAction SilentlyContinue)
        foreach ($value in $present) {
            if (-not $value.PSObject.Properties['ValueName'] -or [string]::IsNullOrEmpty($value.ValueName)) { continue }
            if ($wanted.ContainsKey("$key\$($value.ValueName)".ToLowerInvariant())) { continue }
            if ($PSCmdlet.ShouldProcess("HKLM\$key\$($value.ValueName)", 'remove from the Group Policy object')) {
                Remove-GPRegistryValue @place -Name $policy.gpoName -Key "HKLM\$key" -ValueName $value.ValueName | Out-Null
            }
        }
    }
}

if ($TargetOu) {
    $links = (Get-GPInheritance @place -Target $TargetOu).GpoLinks
    $isLinked = @($links | Where-Object { $_.DisplayName -eq $policy.gpoName }).Count -gt 0
    if (-not $isLinked -and $PSCmdlet.ShouldProcess($TargetOu, "link $($policy.gpoName)")) {
        New-GPLink @place -Name $policy.gpoName -Target $TargetOu -LinkEnabled Yes | Out-Null
    }
}

Write-Output "$($policy.gpoName): $(@($policy.entries).Count) registry values. Desktops follow at the next Group Policy refresh and session."
