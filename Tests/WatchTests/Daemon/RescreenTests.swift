import Foundation
import Imaging
import Ledger
import Screening
import Testing
import Watch

@Suite struct RescreenTests {
    /// A site with one study reported under a folder's name, which another patient may use again.
    private func reported() async throws -> (site: NightSite, old: CaseRecord) {
        let site = try NightSite()
        site.settings.models = site.folder.path + "/models"
        site.restart()
        try await site.daemon.prepare(adopts: false)
        try site.writeNIfTI("patient/T1.nii.gz", .t1w)
        try site.writeNIfTI("patient/FLAIR.nii.gz", .flair)
        try await site.settle()
        try await site.screenAll()
        return (site, try site.onlyCase)
    }

    private func rescreen(_ site: NightSite) -> Rescreen {
        Rescreen(ledger: site.ledger, key: site.key, spool: site.settings.spool, time: site.time)
    }

    private func writeProfile(_ site: NightSite, _ name: String, bundles: [String: String]) throws {
        let profile: [String: Any] = ["name": name, "bundles": bundles]
        try site.folder.write(
            "models/\(name)/profile.json", Array(try JSONSerialization.data(withJSONObject: profile)))
    }

    @Test func finishedStudyIsScreenedAgainWithTheProfileThatWasAskedFor() async throws {
        let (site, old) = try await reported()
        try writeProfile(site, "second", bundles: ["T1w": site.folder.path + "/models/T1w.fcdmodel"])
        site.time.advance(seconds: 60)
        let rescreen = rescreen(site)
        let request = Rescreen.Request(sinceUS: old.updatedAtUS, profile: "second")
        let plan = try rescreen.plan(request)
        #expect(plan.chosen.map(\.caseID) == [old.id])
        #expect(plan.left.isEmpty)
        #expect(try site.onlyCase.id == old.id, "a plan changes nothing")

        let done = try rescreen.enter(plan)
        let newer = try site.onlyCase
        #expect(done.chosen.map(\.newCaseID) == [newer.id])
        #expect(newer.state == .ready)
        #expect(newer.origin == .rescreen)
        #expect(newer.priority < 0)
        #expect(try site.ledger.case(old.id)?.supersededBy == newer.id)

        try await site.screenAll()
        #expect(try site.onlyCase.state == .reported)
        let result = try ResultReader.read(site, newer)
        #expect(result.profile == "second")
        #expect(result.modalities.map(\.status).first == .scored)
        #expect(try site.files("reports/\(old.id)").contains("report.html"), "the old page stays")
        let list = try site.text("reports/index.html")
        #expect(list.contains("Screened again on request; takes"))
        #expect(list.contains(old.id))

        let compared = try CaseComparison.read(site.ledger, profile: "second")
        #expect(compared.map(\.earlier.profile) == ["test"])
        #expect(compared.map(\.now.profile) == ["second"])
        #expect(compared.first?.earlier.t1w == compared.first?.now.t1w)
        #expect(compared.first?.earlier.flair != nil)
        #expect(compared.first?.now.flair == nil)
        #expect(try CaseComparison.read(site.ledger, profile: "other").isEmpty)
        let csv = CaseComparison.csv(compared).split(separator: "\r\n")
        #expect(csv.count == 2)
        #expect(csv.first?.hasPrefix("case,earlier,profile then") == true)

        // And once more, from the one that was screened again.
        let again = try rescreen.enter(try rescreen.plan(Rescreen.Request(caseIDs: [newer.id])))
        #expect(again.chosen.count == 1)
        try await site.screenAll()
        #expect(try ResultReader.read(site, site.onlyCase).profile == "test")
        #expect(try site.isAccountedFor)
    }

    @Test func profileThatCannotBeUsedFailsItsCaseAloneAndNoOtherModelIsTaken() async throws {
        let (site, old) = try await reported()
        let rescreen = rescreen(site)
        for (name, code) in [("none", "NO_MODEL"), ("broken", "PROFILE_INVALID"), ("damaged", "MODEL_UNREADABLE")] {
            if name == "broken" { try site.folder.write("models/broken/profile.json", [123]) }
            if name == "damaged" { try writeProfile(site, name, bundles: ["T1w": "nowhere.fcdmodel"]) }
            let current = try site.onlyCase
            if current.state == .failed {
                // Only finished studies are screened again; this one is brought back by hand.
                try site.ledger.commit { transaction in
                    try transaction.change(case: current.id, atUS: 1) {
                        $0.state = .notAssessable
                        $0.code = "X_Y"
                    }
                    try transaction.audit(AuditEvent(.retry))
                }
            }
            _ = try rescreen.enter(try rescreen.plan(Rescreen.Request(caseIDs: [current.id], profile: name)))
            try await site.screenAll()
            #expect(try site.onlyCase.state == .failed, "\(name)")
            #expect(try site.onlyCase.code == code, "\(name)")
            #expect(!(try site.text("reports/index.html").contains("SCREENING STOPPED")), "\(name)")
        }
        #expect(try site.files("reports/\(old.id)").contains("report.html"))
    }

    @Test func studyWhoseCopiesAreGoneIsListedAndLeft() async throws {
        let (site, old) = try await reported()
        for name in try site.files("state/spool") {
            try FileManager.default.removeItem(atPath: site.settings.spool + "/" + name)
        }
        let plan = try rescreen(site).plan(
            Rescreen.Request(sinceUS: 0, untilUS: site.time.utcUS() + 1, states: [.reported]))
        #expect(plan.chosen.isEmpty)
        #expect(plan.left.map(\.caseID) == [old.id])
        #expect(plan.left.map(\.reason.code) == ["COPIES_GONE"])
    }

    @Test func onlyFinishedStudiesOfTheGivenDaysAreChosen() async throws {
        let (site, old) = try await reported()
        let rescreen = rescreen(site)
        #expect(try rescreen.plan(Rescreen.Request(sinceUS: old.updatedAtUS + 1)).chosen.isEmpty)
        #expect(try rescreen.plan(Rescreen.Request(sinceUS: 0, untilUS: old.updatedAtUS)).chosen.isEmpty)
        #expect(try rescreen.plan(Rescreen.Request(sinceUS: 0, states: [.notAssessable])).chosen.isEmpty)
        #expect(try rescreen.plan(Rescreen.Request(caseIDs: ["000000000000"])).left.map(\.reason.code) == ["NOT_FOUND"])
    }
}
