import Foundation
import Simulation
import Testing
import Training

@Suite struct CohortPlanTests {
    private static let file = Checkout.plans.appending(path: "cohort.toml")

    @Test func theFileHasEveryKeyWithItsDefault() throws {
        let file = try SettingsFile.flattened(text: String(contentsOf: Self.file, encoding: .utf8))
        let defaults = try SettingsFile.flattened(CohortPlan())
        #expect(Set(file.keys).symmetricDifference(defaults.keys).isEmpty)
        for (key, value) in defaults { #expect(file[key] == value, "\(key)") }
        #expect(try SettingsFile.load(CohortPlan(), path: Self.file.path) == CohortPlan())
    }

    @Test func aWrittenPlanIsReadAgainAsItWas() throws {
        var plan = CohortPlan()
        plan.lesion.severity = 0.4...0.4
        plan.acquisition.protocols.removeLast()
        #expect(try SettingsFile.parse(CohortPlan(), text: SettingsFile.toml(plan)) == plan)
    }

    @Test(arguments: [
        ("lesion.severity=[1.0, 0.3]", "lesion.severity"), ("lesion.millilitres=3", "lesion.millilitres"),
        ("anatomy.sizes=[1, 2]", "anatomy.sizes"),
        ("acquisition.protocols.0.t1wGray=[1, 2]", "acquisition.protocols.0.t1wGray"),
    ])
    func aValueThatFitsNothingIsRefusedByItsKey(setting: String, key: String) {
        let error = #expect(throws: TrainingError.self) {
            try SettingsFile.parse(CohortPlan(), text: nil, overrides: [setting])
        }
        #expect(error?.code == .settingsInvalid && error?.subject == key)
    }

    @Test(arguments: [
        ("controls=-1", "controls"), ("patients=100000", "patients"), ("testShare=2", "testShare"),
        ("maps.share=0.5", "maps.grey"), ("acquisition.spacingMM=0.1", "acquisition.spacingMM"),
        ("sites.controlShares=[1]", "sites.controlShares"), ("sites.patientShares=[0, 0, 0]", "sites.patientShares"),
        ("lesion.severity=[0.5, 1.5]", "lesion.severity"), ("lesion.millilitres=[0, 1]", "lesion.millilitres"),
        ("acquisition.protocols.1.flairName=a_b", "acquisition.protocols.1"),
        ("acquisition.protocols.0.t1wSpacingMM=[0, 1, 1]", "acquisition.protocols.0"),
    ])
    func aValueOutOfItsRangeIsRefusedByItsKey(setting: String, key: String) throws {
        let plan = try SettingsFile.parse(CohortPlan(), text: nil, overrides: [setting])
        let error = #expect(throws: TrainingError.self) { try plan.validate() }
        #expect(error?.code == .settingsInvalid && error?.subject == key)
    }

    @Test func protocolsAreSharedAlikeByBothGroupsByDefault() throws {
        let people = CohortPlan().people
        #expect(people.count == 120 && Set(people.map(\.id)).count == 120 && people[0].id == "sub-00001")
        for index in 0..<3 {
            let some = people.filter { $0.protocolIndex == index }
            #expect((18...22).contains(some.count { $0.group == .control }))
            #expect(some.count { $0.group == .control } == some.count { $0.group == .fcd })
        }
        #expect(Set(people.map(\.seed)).count == 120 && people.allSatisfy { $0.pair == nil })
    }

    @Test func aConfoundedCohortIsScannedAsThePublishedOne() {
        var plan = CohortPlan()
        plan.sites.confounded = true
        let people = plan.people
        #expect(people.filter { $0.group == .control }.allSatisfy { $0.protocolIndex == 0 })
        let first = people.count { $0.group == .fcd && $0.protocolIndex == 0 }
        #expect((28...32).contains(first))
        for index in 1...2 { #expect((13...17).contains(people.count { $0.protocolIndex == index })) }
    }

    @Test func sharesAreGivenByGroup() {
        var plan = CohortPlan()
        plan.sites.patientShares = [0, 1, 0]
        #expect(plan.people.filter { $0.group == .fcd }.allSatisfy { $0.protocolIndex == 1 })
    }

    @Test func pairsShareSeedScannerAndPart() {
        var plan = CohortPlan()
        plan.paired = true
        plan.patients = 10
        plan.testShare = 0.3
        let people = plan.people
        #expect(people.count == 20)
        for members in Dictionary(grouping: people, by: \.pair).values {
            #expect(members.count == 2 && Set(members.map(\.group)).count == 2)
            #expect(Set(members.map(\.seed)).count == 1 && Set(members.map(\.protocolIndex)).count == 1)
            #expect(Set(members.map(\.isTest)).count == 1)
            #expect(Set(members.map(\.amplitude)) == [0, 1])
        }
        #expect((2...4).contains(people.count { $0.isTest && $0.group == .fcd }))
    }

    @Test func aLargerCohortBeginsWithTheSamePeople() {
        var plan = CohortPlan()
        let small = plan.people
        plan.controls = 90
        plan.patients = 90
        #expect(Array(plan.people.prefix(120)) == small)
    }

    @Test func mapsAreSharedOutInBothGroups() {
        var plan = CohortPlan()
        plan.maps.share = 0.5
        for group in Subject.Group.allCases {
            #expect((28...32).contains(plan.people.count { $0.group == group && $0.isFromMaps }))
        }
    }
}
