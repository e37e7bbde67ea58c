; Inno Setup 6. Not tried on Windows: written from its documentation.
; iscc /DVersion=0.1.0 packaging\windows\installer.iss   (after `make installer` has filled dist\maskfacegan)

#ifndef Version
  #define Version "0.0.0"
#endif

[Setup]
AppId={{7C0B6A4E-6D0B-4D0E-9C55-5C0B8E6B7A11}
AppName=MaskFaceGAN Editor
AppVersion={#Version}
DefaultDirName={autopf}\MaskFaceGAN Editor
DefaultGroupName=MaskFaceGAN Editor
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
OutputDir=..\..\dist
OutputBaseFilename=MaskFaceGAN-Editor-{#Version}-windows
Compression=lzma2/max
SolidCompression=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
SetupIconFile=..\..\resources\icons\app.ico
UninstallDisplayIcon={app}\maskfacegan-gui.exe
LicenseFile=..\..\LICENSE
ChangesAssociations=yes

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: projects; Description: "Open .mfg projects with MaskFaceGAN Editor"

[InstallDelete]
; Libraries of an older version must not be found by a newer one.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\maskfacegan\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion
; Put vc_redist.x64.exe beside this script to have it installed where it is missing.
Source: "vc_redist.x64.exe"; DestDir: "{tmp}"; Flags: skipifsourcedoesntexist deleteafterinstall

[Icons]
Name: "{group}\MaskFaceGAN Editor"; Filename: "{app}\maskfacegan-gui.exe"
Name: "{autodesktop}\MaskFaceGAN Editor"; Filename: "{app}\maskfacegan-gui.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.mfg"; ValueType: string; ValueData: "MaskFaceGAN.Project"; Flags: uninsdeletevalue; Tasks: projects
Root: HKA; Subkey: "Software\Classes\MaskFaceGAN.Project"; ValueType: string; ValueData: "MaskFaceGAN project"; Flags: uninsdeletekey; Tasks: projects
Root: HKA; Subkey: "Software\Classes\MaskFaceGAN.Project\DefaultIcon"; ValueType: string; ValueData: "{app}\maskfacegan-gui.exe,0"; Tasks: projects
Root: HKA; Subkey: "Software\Classes\MaskFaceGAN.Project\shell\open\command"; ValueType: string; ValueData: """{app}\maskfacegan-gui.exe"" ""%1"""; Tasks: projects
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\shell\open\command"; ValueType: string; ValueData: """{app}\maskfacegan-gui.exe"" ""%1"""; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".jpg"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".png"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".webp"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".tif"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".jpeg"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".tiff"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".bmp"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".jfif"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".jpe"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".avif"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".heic"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".heif"
Root: HKA; Subkey: "Software\Classes\Applications\maskfacegan-gui.exe\SupportedTypes"; ValueType: string; ValueName: ".hif"

[Run]
Filename: "{tmp}\vc_redist.x64.exe"; Parameters: "/install /quiet /norestart"; Check: FileExists(ExpandConstant('{tmp}\vc_redist.x64.exe')); StatusMsg: "Installing the Visual C++ runtime..."
Filename: "{app}\maskfacegan-gui.exe"; Description: "{cm:LaunchProgram,MaskFaceGAN Editor}"; Flags: nowait postinstall skipifsilent
