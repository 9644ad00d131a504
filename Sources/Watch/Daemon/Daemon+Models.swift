import Imaging
import Ledger
import Logging
import Screening

/// Whether the models still are what their manifests say.
extension Daemon {
    /// Hours between two full checks of every member's hash.
    static let hoursBetweenChecks: Int64 = 24
    /// ns between two looks at a bundle that is at fault.
    static let pauseAfterFaultNS: Int64 = 60_000_000_000

    /// Hashes the bundles at the start, nightly, and whenever a file of theirs changed.
    ///
    /// - Returns: false while a model is at fault: nothing is screened then, and cases wait.
    func checkModels() throws -> Bool {
        let now = time.monotonicNS()
        if modelFault != nil, let last = modelsVerifiedAtNS, now - last < Self.pauseAfterFaultNS { return false }
        let isDue = modelsVerifiedAtNS.map { now - $0 >= Self.hoursBetweenChecks * 3_600_000_000_000 } ?? true
        do {
            let unchanged = try checkedModels.values.allSatisfy { try $0.isUnchanged() }
            guard isDue || !unchanged || modelFault != nil else { return true }
            checkedModels = [:]
            if let profile = settings.screening.bundles.profile(named: settings.screening.profileName) {
                checkedModels = try LoadedProfile.load(profile).bundles
                try refuseWrongAnswers()
            }
            modelsVerifiedAtNS = now
            if modelFault != nil {
                modelFault = nil
                log.notice("The models are in order again; screening goes on.")
            }
            for (modality, bundle) in checkedModels {
                try ledger.audit(
                    AuditEvent(
                        .modelLoaded, modelSHA256: bundle.sha256,
                        body: [
                            "modality": .string(modality.rawValue), "name": .string(bundle.manifest.name),
                            "version": .string(bundle.manifest.version),
                            "status": .string(bundle.manifest.status.rawValue),
                        ]))
            }
            return true
        } catch let error as ScreeningError {
            stopScreening(because: error.reason)
            return false
        }
    }

    /// Stops screening, loudly. Cases wait; `checkModels` looks again at every turn.
    func stopScreening(because fault: Reason) {
        defer {
            modelFault = fault
            modelsVerifiedAtNS = time.monotonicNS()
        }
        guard modelFault?.code != fault.code else { return }
        log.critical(
            "Screening is stopped: a model is not what its manifest says.",
            metadata: JournalMessage.modelRefused.metadata(["code": "\(fault.code)"]))
        workListIsStale = true
        do {
            try ledger.audit(AuditEvent(.modelRefused, outcome: fault.code))
        } catch {
            log.error("The refusal of a model could not be entered.", metadata: ["code": "\(error.code.rawValue)"])
        }
    }
}
