extension CommandTable {
    static let posthorn = CommandTable(sections: [
        Section(
            title: "run",
            commands: [RoleCommands.up, RoleCommands.gateway, RoleCommands.router, RoleCommands.sender, RoleCommands.recorder]),
        Section(
            title: "set up",
            commands: [
                DatabaseCommands.migrate, DatabaseCommands.check, TopologyApplyCommand.command, TopologyCheckCommand.command,
                TopologyExportCommand.command,
            ]),
        Section(
            title: "services",
            commands: [
                ServiceCommands.create, ServiceCommands.list, KeyCommands.create, KeyCommands.list, KeyCommands.revoke,
                SendCommand.command,
            ]),
        Section(
            title: "lanes",
            commands: [
                LaneListCommand.command, LaneCommands.scale, LaneCommands.pause, LaneCommands.resume, LaneDrainCommand.command,
            ]),
        Section(
            title: "parked messages",
            commands: [
                ParkedCommands.list, ParkedCommands.show, ParkedReplayCommand.command, ParkedDropCommand.command,
            ]),
        Section(title: "about", commands: [OpenAPICommand.command, VersionCommand.command]),
    ])
}
