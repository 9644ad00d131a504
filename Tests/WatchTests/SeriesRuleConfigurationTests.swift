import DICOM
import Testing
import Watch

@Suite struct SeriesRuleConfigurationTests {
    private func parse(_ text: String) -> (rules: [SeriesRule], problems: [String]) {
        let (configuration, problems) = Configuration.parse(Array(text.utf8))
        return (configuration.series, problems.map(\.description))
    }

    @Test func rulesAreReadInTheirOrder() {
        let (rules, problems) = parse(
            """
            [[series]]
            description = "*mprage*km*"
            use = "never"
            [inbox]
            keep = true
            [[series]]
            station = "MR3"
            scanner = "GE SIGNA*"
            use = "FLAIR"
            """)
        #expect(problems == [])
        #expect(
            rules == [
                SeriesRule(number: 1, description: "*mprage*km*", use: .never),
                SeriesRule(number: 2, station: "MR3", scanner: "GE SIGNA*", use: .flair),
            ])
    }

    @Test func everyUseIsKnown() {
        for use in SeriesRule.Use.allCases {
            #expect(parse("[[series]]\nstation = \"a\"\nuse = \"\(use.rawValue)\"").rules.map(\.use) == [use])
        }
    }

    @Test(arguments: [
        ("[series]\nuse = \"never\"", "line 1: series: must be a list"),
        ("series = 5", "line 1: series: must be a list"),
        ("[[series]]\nuse = \"never\"", "line 1: series[1]: would fit every series."),
        ("[[series]]\nstation = \"a\"", "line 1: series[1]: does not say what to do."),
        ("[[series]]\nstation = \"a\"\nuse = \"T2w\"", "line 3: series[1].use: must be one of T1w, FLAIR, never"),
        ("[[series]]\nstation = \"a\"\nuse = 1", "line 3: series[1].use: expects text"),
        ("[[series]]\nstation = \"\"\nuse = \"never\"", "line 2: series[1].station: is empty"),
        ("[[series]]\nstation = 3\nuse = \"never\"", "line 2: series[1].station: expects text"),
        ("[[series]]\nstation = \"a\"\nuses = \"never\"", "line 3: series[1].uses: is unknown."),
    ])
    func problemsAreNamedWithTheirLine(_ text: String, _ expected: String) {
        let found = parse(text)
        #expect(found.problems.contains { $0.hasPrefix(expected) }, "\(found.problems)")
        #expect(found.rules == [])
    }

    @Test func linesOfLaterRulesAreCounted() {
        let text = """
            [[series]]
            station = "a"
            use = "never"

            [[series]]
            station = "b"
            used = "never"
            """
        #expect(parse(text).problems.contains { $0.hasPrefix("line 7: series[2].used") })
    }

    @Test func ruleThatCanNeverCountIsAProblem() {
        let text = """
            [[series]]
            station = "MR3"
            use = "never"
            [[series]]
            station = "mr3"
            use = "prefer"
            """
        #expect(
            parse(text).problems == [
                "line 4: series[2]: fits the same series as rule 1, which stands before it and counts. Remove one."
            ])
    }

    @Test func tooManyRulesAreAProblem() {
        let text = (0...200).map { "[[series]]\nstation = \"s\($0)\"\nuse = \"never\"\n" }.joined()
        #expect(parse(text).problems.count == 1)
    }

    @Test func shippedExampleShowsRulesThatWork() throws {
        let example = try PackageFile.text("etc/fcdwatch.toml")
        let shown = example.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { $0 != "# [[series]]" }.prefix { $0.hasPrefix("# ") }.map { $0.dropFirst(2) }
        let (rules, problems) = parse(shown.joined(separator: "\n"))
        #expect(problems == [])
        #expect(rules.map(\.use) == [.never, .flair])
    }

    @Test func rulesReachTheJobs() throws {
        let (configuration, _) = Configuration.parse(Array("[[series]]\nstation = \"a\"\nuse = \"never\"".utf8))
        let settings = try DaemonSettings(configuration, softwareVersion: "1")
        #expect(settings.screening.seriesRules == [SeriesRule(number: 1, station: "a", use: .never)])
    }
}
