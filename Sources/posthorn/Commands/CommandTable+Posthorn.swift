extension CommandTable {
    static let posthorn = CommandTable(sections: [
        Section(title: "set up", commands: [TopologyExportCommand.command]),
        Section(title: "about", commands: [VersionCommand.command]),
    ])
}
