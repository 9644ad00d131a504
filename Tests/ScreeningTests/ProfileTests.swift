import Foundation
import Imaging
import Screening
import Testing

@Suite struct ProfileTests {
    private func load(_ text: String) throws -> Profile {
        var profile: Profile?
        try withTemporaryFolder { folder in
            let file = folder.appending(path: Profile.fileName)
            try Data(text.utf8).write(to: file)
            var loaded = try Profile.load(file.path)
            loaded.bundles = loaded.bundles.mapValues { $0.replacing(folder.path, with: "HERE") }
            profile = loaded
        }
        return try #require(profile)
    }

    @Test func namesABundlePerModality() throws {
        let profile = try load(
            """
            {"name": "site", "bundles": {"T1w": "t1.fcdmodel", "FLAIR": "/models/flair.fcdmodel"},
             "operatingPoint": {"sensitivity": 0.8, "specificity": 0.75, "subjects": 120, "data": "two sites"}}
            """)
        #expect(profile.bundles == [.t1w: "HERE/t1.fcdmodel", .flair: "/models/flair.fcdmodel"])
        #expect(profile.operatingPoint?.subjects == 120)
    }

    @Test func faultsAreNamed() {
        for (field, text) in [
            ("name", #"{"bundles": {"T1w": "x"}}"#),
            ("name", #"{"name": "a b", "bundles": {"T1w": "x"}}"#),
            ("bundles", #"{"name": "a"}"#),
            ("bundles", #"{"name": "a", "bundles": {}}"#),
            ("bundle", #"{"name": "a", "bundles": {"T1w": "x"}, "bundle": {}}"#),
            (
                "operatingPoint.subjects",
                #"{"name": "a", "bundles": {"T1w": "x"}, "operatingPoint": {"sensitivity": 1, "specificity": 1, "subjects": 0, "data": "x"}}"#
            ),
        ] {
            let error = failure { _ = try load(text) }
            #expect(error?.code == .profileInvalid, "\(field)")
            #expect(error?.subject == field)
        }
        #expect(failure { _ = try load(#"{"name": "a", "bundles": {"T2w": "x"}}"#) }?.code == .profileInvalid)
        #expect(failure { _ = try load("nonsense") }?.code == .profileInvalid)
        #expect(failure { _ = try Profile.load("/nowhere/profile.json") }?.code == .profileInvalid)
    }

    @Test func qualityReplacesSomeLimits() throws {
        func profile(_ limits: String, _ statement: String = "ours") -> String {
            #"{"name": "a", "bundles": {"T1w": "x"}, "quality": {"statement": "\#(statement)", "limits": {\#(limits)}}}"#
        }
        let quality = try #require(try load(profile(#""signalToNoise": {"least": 9}"#)).quality)
        #expect(quality[.signalToNoise] == QualityLimit(least: 9))
        #expect(quality[.headLitres] == QualityLimits.standard[.headLitres])
        let reversed = failure { _ = try load(profile(#""fineDetail": {"least": 2, "most": 1}"#)) }
        #expect(reversed?.code == .profileInvalid)
        #expect(reversed?.subject == "quality.limits.fineDetail")
        #expect(failure { _ = try load(profile("", "")) }?.subject == "quality.statement")
        #expect(failure { _ = try load(profile(#""nose": {"least": 1}"#)) }?.code == .profileInvalid)
    }

    @Test func bundlesAreLoadedAndMustBeOfTheirModality() throws {
        try withTemporaryFolder { folder in
            let t1w = try Samples.bundle(in: folder, members: 1, modality: .t1w)
            let flair = try Samples.bundle(in: folder, members: 1, modality: .flair)
            let loaded = try LoadedProfile.load(
                Profile(name: "both", bundles: [.t1w: t1w.directory, .flair: flair.directory]))
            #expect(loaded.bundles[.t1w]?.sha256 == t1w.sha256)
            #expect(loaded.bundles[.flair]?.sha256 == flair.sha256)
            #expect(
                loaded.permission(allowDemonstrationModels: true, isDemo: false)
                    == .usable(noClinicalMeaning: true))
            let swapped = failure {
                _ = try LoadedProfile.load(Profile(name: "swapped", bundles: [.t1w: flair.directory]))
            }
            #expect(swapped?.code == .profileInvalid)
            #expect(swapped?.subject == "bundles.T1w")
        }
    }
}
