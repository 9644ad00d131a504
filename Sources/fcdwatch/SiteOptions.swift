import ArgumentParser
import Watch

/// Where the configuration is: the same option for every command that belongs to a site.
struct SiteOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Configuration file.", valueName: "FILE"))
    var config = Site.configurationPath

    func configuration() throws -> Configuration { try Configuration.load(config) }

    /// Key and ledger for reading.
    func site() throws -> Site { try Site.read(configuration()) }
}

/// Whether a program reads the output.
struct JSONOption: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
}
