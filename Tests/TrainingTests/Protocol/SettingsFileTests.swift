import Foundation
import Testing
import Training

@Suite struct SettingsFileTests {
    private struct Plan: Codable, Equatable {
        enum Kind: String, Codable, CaseIterable { case small, large }
        struct Part: Codable, Equatable {
            var name = "a"
            var share = 1.0
        }
        struct Inner: Codable, Equatable {
            var count = 3
            var kind = Kind.small
            var limit: Double?
        }
        var seed: UInt64 = 1
        var path = ""
        var isOn = false
        var inner = Inner()
        var parts = [Part()]
        var sizes = [1, 2, 3]
        var weights = ["x": 0.5]
    }

    private func refusal(_ text: String?, _ overrides: [String] = []) -> TrainingError? {
        #expect(throws: TrainingError.self) { try SettingsFile.parse(Plan(), text: text, overrides: overrides) }
    }

    @Test func whatTheFileDoesNotNameKeepsItsDefault() throws {
        let plan = try SettingsFile.parse(Plan(), text: "seed = 9\n[inner]\nkind = \"large\"\n")
        #expect(plan.seed == 9 && plan.inner.kind == .large && plan.inner.count == 3 && plan.sizes == [1, 2, 3])
        #expect(try SettingsFile.parse(Plan(), text: nil) == Plan())
    }

    @Test func anUnknownKeyIsRefusedByItsDottedNameWithTheKnownOnes() {
        let error = refusal("[inner]\ncuont = 3\n")
        #expect(error?.code == .settingsInvalid && error?.subject == "inner.cuont")
        #expect(error?.message.contains("count, kind") == true)
        #expect(refusal("[other]\nx = 1\n")?.subject == "other")
        #expect(refusal("[[parts]]\nnmae = \"b\"\n")?.subject == "parts.0.nmae")
    }

    @Test(arguments: [
        ("isOn = 1", "isOn", "true or false"), ("path = 3", "path", "text in quotes"),
        ("seed = \"one\"", "seed", "a whole number"), ("seed = -1", "seed", "a whole number from 0"),
        ("inner = 4", "inner", "a table"), ("sizes = 4", "sizes", "a list"),
        ("inner.count = 1.5", "inner.count", "a whole number"),
        ("inner.kind = \"middle\"", "inner.kind", "\"small\", \"large\""),
        ("sizes = [1, \"b\"]", "sizes.1", "a whole number"),
        ("seed = 2020-01-01", "seed", "a date"),
    ])
    func aValueOfTheWrongKindIsRefusedWithWhatWouldBeRight(text: String, key: String, right: String) {
        let error = refusal(text)
        #expect(error?.subject == key)
        #expect(error?.message.contains(right) == true, "\(error?.message ?? "")")
    }

    @Test func everyFaultIsNamed() {
        let error = refusal("isOn = 1\nother = 2\n")
        #expect(error?.message.split(separator: "\n").count == 2)
    }

    @Test func aWholeNumberStandsForAnyNumber() throws {
        #expect(try SettingsFile.parse(Plan(), text: "[[parts]]\nshare = 2\n").parts == [.init(name: "a", share: 2)])
        #expect(try SettingsFile.parse(Plan(), text: "inner.count = 4.0").inner.count == 4)
    }

    @Test func tablesOfAListAreCompletedFromTheFirstOfTheDefaults() throws {
        let plan = try SettingsFile.parse(Plan(), text: "[[parts]]\nname = \"b\"\n[[parts]]\nshare = 0.5\n")
        #expect(plan.parts == [.init(name: "b", share: 1), .init(name: "a", share: 0.5)])
    }

    @Test func optionalValuesAndKeysOfDictionariesAreTaken() throws {
        let plan = try SettingsFile.parse(Plan(), text: "inner.limit = 2.5\nweights.y = 1\n")
        #expect(plan.inner.limit == 2.5 && plan.weights == ["x": 0.5, "y": 1])
    }

    @Test func overridesGoBeforeTheFile() throws {
        let plan = try SettingsFile.parse(
            Plan(), text: "seed = 9\n[[parts]]\n[[parts]]\n",
            overrides: ["seed=7", "inner.kind=large", "path=18", "parts.1.share=0.25", "sizes=[4]", "inner.limit=3"])
        #expect(plan.seed == 7 && plan.inner.kind == .large && plan.path == "18" && plan.parts[1].share == 0.25)
        #expect(plan.sizes == [4] && plan.inner.limit == 3)
    }

    @Test(arguments: ["seed", "=3", "inner..count=3", "inner.cuont=3", "parts.4.share=1", "seed.deep=1", "isOn=maybe"])
    func anOverrideThatFitsNothingIsRefused(text: String) {
        #expect(refusal(nil, [text])?.code == .settingsInvalid)
    }

    @Test func whatIsNoTOMLIsRefusedWithItsLine() {
        #expect(refusal("seed = 1\nseed seed\n")?.message.contains("Line 2") == true)
    }

    @Test func aFileThatIsNotThereIsRefusedWithoutItsPath() {
        let error = #expect(throws: TrainingError.self) {
            try SettingsFile.load(Plan(), path: "/no/such/place/plan.toml")
        }
        #expect(error?.code == .unreadable && error?.description.contains("place") == false)
    }

    @Test func writtenSettingsAreReadAgainAsTheyWere() throws {
        var plan = Plan()
        plan.path = "a \"quoted\"\\\tname"
        plan.inner.kind = .large
        plan.parts = [.init(name: "b", share: 0.1), .init(name: "c", share: 1e-7)]
        plan.weights = ["a b": 2]
        #expect(try SettingsFile.parse(Plan(), text: SettingsFile.toml(plan)).parts == plan.parts)
        let read = try SettingsFile.parse(Plan(), text: SettingsFile.toml(plan))
        #expect(read.path == plan.path && read.inner == plan.inner && read.weights["a b"] == 2)
    }

    @Test func aRelativePathBeginsAtTheFileThatNamesIt() {
        #expect(SettingsFile.resolve("w.pth", beside: "/a/b/plan.toml") == "/a/b/w.pth")
        #expect(SettingsFile.resolve("/w.pth", beside: "/a/b/plan.toml") == "/w.pth")
        #expect(SettingsFile.resolve("w.pth", beside: nil) == "w.pth")
    }
}
