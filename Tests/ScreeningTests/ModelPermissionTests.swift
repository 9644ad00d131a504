import Imaging
import Screening
import Testing

@Suite struct ModelPermissionTests {
    private func decide(_ statuses: [ModelIdentity.Status], allow: Bool = false, demo: Bool = false) -> ModelPermission
    {
        ModelPermission.decide(statuses: statuses, allowDemonstrationModels: allow, isDemo: demo)
    }

    private func code(_ permission: ModelPermission) -> String? {
        if case .refused(let reason) = permission { reason.code } else { nil }
    }

    @Test func researchModelsScreen() {
        #expect(decide([.research, .research]) == .usable(noClinicalMeaning: false))
        #expect(decide([.research], demo: true) == .usable(noClinicalMeaning: false))
    }

    @Test func otherModelsNeedConsentAndSaySo() {
        for status in [ModelIdentity.Status.untrained, .demonstration] {
            #expect(code(decide([.research, status])) == "NO_MODEL")
            #expect(decide([.research, status], allow: true) == .usable(noClinicalMeaning: true))
            #expect(decide([status], demo: true) == .usable(noClinicalMeaning: true))
        }
    }

    @Test func noModelIsNoModelEverywhere() {
        #expect(code(decide([])) == "NO_MODEL")
        #expect(code(decide([], allow: true, demo: true)) == "NO_MODEL")
    }
}
