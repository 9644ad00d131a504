import Testing
import Watch

@Suite struct ConfigurationTests {
    private func problems(_ text: String) -> [String] {
        Configuration.parse(Array(text.utf8)).problems.map(\.description)
    }

    @Test func theShippedExampleIsTheDefaults() throws {
        let bytes = try PackageFile.bytes("etc/fcdwatch.toml")
        let (configuration, problems) = Configuration.parse(bytes)
        #expect(problems == [])
        let defaults = Configuration()
        #expect(configuration.paths == defaults.paths)
        #expect(configuration.inbox == defaults.inbox)
        #expect(configuration.screening == defaults.screening)
        #expect(configuration.worker == defaults.worker)
        #expect(configuration.page == defaults.page)
        #expect(configuration.notice == defaults.notice)
        #expect(configuration.service == defaults.service)
    }

    @Test func theShippedExampleNamesEveryKey() throws {
        // An unknown key's problem lists all known ones: each must stand in the example.
        let example = try PackageFile.text("etc/fcdwatch.toml")
        for section in ["paths", "inbox", "screening", "worker", "page", "notice", "service"] {
            let listed = try #require(problems("[\(section)]\nnone = 1").first?.split(separator: " are ").last)
            for key in listed.dropLast().split(separator: ", ") {
                #expect(example.contains("\n\(key) = "), "\(section).\(key)")
            }
        }
    }

    @Test func anEmptyFileIsTheDefaults() {
        #expect(problems("") == [])
    }

    @Test func valuesAreRead() {
        let (configuration, problems) = Configuration.parse(
            Array(
                """
                inbox.keep = true
                [screening]
                T1w = "paper-t1"
                FLAIR = "paper-flair"
                prevalence = 0.02
                [page]
                identity = "none"
                [worker]
                memoryMB = 1024
                """.utf8))
        #expect(problems == [])
        #expect(configuration.inbox.keep)
        #expect(configuration.screening.t1w == "paper-t1")
        #expect(configuration.screening.flair == "paper-flair")
        #expect(configuration.screening.prevalence == 0.02)
        #expect(configuration.page.identity == .none)
        #expect(configuration.worker.screenLimits.addressSpaceBytes == 1 << 30)
    }

    @Test func everyProblemIsNamedAtOnceWithItsLine() {
        let found = problems(
            """
            # comment
            [inbox]
            settleSecond = 5
            keep = "yes"
            pairWaitMinutes = -1
            fileQuietSeconds = 1.5

            [page]
            identity = "everyone"
            [pages]
            x = 1
            """)
        #expect(found.count == 6)
        #expect(found[0].hasPrefix("line 3: inbox.settleSecond: is unknown. Keys of [inbox] are "))
        #expect(found[1] == "line 4: inbox.keep: expects true or false, not a value of type string.")
        #expect(found[2] == "line 5: inbox.pairWaitMinutes: is -1; it must lie between 0 and 10080.")
        #expect(found[3].hasPrefix("line 6: inbox.fileQuietSeconds: expects a whole number"))
        #expect(found[4] == "line 9: page.identity: must be one of local, none.")
        #expect(found[5].hasPrefix("line 10: pages: is unknown. Sections are "))
    }

    @Test(arguments: [
        ("[inbox]\nkeep = true\nkeep = false", "line 3"), ("[inbox]\n[inbox]", "line 2"), ("[inbox\n", "line 1"),
    ])
    func whatIsNotTOMLIsNamedWithItsLine(_ text: String, _ line: String) {
        let found = problems(text)
        #expect(found.count == 1)
        #expect(found[0].hasPrefix(line), "\(found)")
    }

    @Test func linesOfAWindowsEditorAreCounted() {
        #expect(problems("# a\r\n[inbox]\r\nnone = 1\r\n").first?.hasPrefix("line 3: inbox.none") == true)
    }

    @Test func aSectionMustBeOne() {
        #expect(problems("inbox = 5") == ["line 1: inbox: must be a section: write [inbox]."])
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(Configuration.parse([0xFF, 0xFE]).problems.count == 1)
        // All after a zero byte would be lost on the parser.
        #expect(Configuration.parse(Array("[inbox]\nkeep = true\n\0[nonsense]".utf8)).problems.count == 1)
    }

    @Test(arguments: [
        ("[paths]\ninbox = \"inbox\"", "paths.inbox"), ("[paths]\nreports = \"/srv/x/\"", "paths.reports"),
        ("[paths]\nreports = \"/srv/../x\"", "paths.reports"), ("[paths]\nstate = \"/\"", "paths.state"),
        ("[paths]\nreports = \"/srv/fcdwatch/inbox/reports\"", "paths.reports"),
        ("[paths]\nreports = \"/srv/fcdwatch\"", "paths.reports"),
        ("[paths]\nstate = \"/srv/fcdwatch/reports\"", "paths.state"),
        ("[paths]\nmodels = \"/srv/fcdwatch/inbox/models\"", "paths.models"),
        ("[paths]\nmodels = \"\"", "paths.models"),
        ("[inbox]\nsettleSeconds = 7200\nmaximumWaitMinutes = 120", "inbox.maximumWaitMinutes"),
        ("[inbox]\nrescanSeconds = 200", "service.stallSeconds"),
        ("[screening]\nprofile = \"a\"\nT1w = \"b\"", "screening.profile"),
        ("[screening]\nT1w = \"../b\"", "screening.T1w"), ("[screening]\nprevalence = 1.0", "screening.prevalence"),
    ])
    func settingsThatCannotWorkAreRefused(_ text: String, _ key: String) {
        let found = Configuration.parse(Array(text.utf8)).problems
        #expect(found.contains { $0.key == key }, "\(found)")
    }

    @Test func similarNamesAreNotNested() {
        #expect(problems("[paths]\nreports = \"/srv/fcdwatch/inbox-reports\"") == [])
    }

    @Test func loadingNamesFileAndProblems() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("c.toml", Array("[inbox]\nkeep = 3\nnone = 1".utf8))
        let error = #expect(throws: WatchError.self) { try Configuration.load(path) }
        #expect(error?.code == .configurationInvalid)
        #expect(error?.message.split(separator: "\n").count == 2)
        #expect(try Configuration.problems(path).count == 2)
        #expect(throws: WatchError.self) { try Configuration.load(folder.path + "/none") }
    }

    @Test func theHashIsOfTheBytes() throws {
        let folder = try TemporaryFolder()
        let configuration = try Configuration.load(try folder.write("c.toml", []))
        #expect(configuration.hash == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(configuration == Configuration())
    }
}
