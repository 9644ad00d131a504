package import Imaging

/// What can be wrong with the service as a whole, as its notices and `fcdwatch status` name it.
package enum SightCode: String, Sendable, CaseIterable {
    case serviceSilent = "SERVICE_SILENT"
    case nightWithoutInput = "NIGHT_WITHOUT_INPUT"
    case nightNotEnded = "NIGHT_NOT_ENDED"
    case nightWithAlarms = "NIGHT_WITH_ALARMS"
    case studiesFailed = "STUDIES_FAILED"
    case sumsNotBalanced = "SUMS_NOT_BALANCED"
    case copiesGone = "COPIES_GONE"

    /// What the code means and what to do.
    package var sentence: String {
        switch self {
        case .serviceSilent:
            "The service is not running, or gave no sign of life for too long. See systemctl status fcdwatch."
        case .nightWithoutInput:
            "No file arrived since the night began. Check that senders reach the inbox, and that it is mounted."
        case .nightNotEnded: "Studies that came long ago are not screened yet. See fcdwatch status for what is open."
        case .nightWithAlarms: "The service was at fault when the night ended. See fcdwatch status for the alarms."
        case .studiesFailed: "Studies failed and were not screened. See fcdwatch list --state failed, then retry each."
        case .sumsNotBalanced: "Files or studies are not accounted for. Run fcdwatch audit verify, and report this."
        case .copiesGone:
            "The private copies of the study are gone (inbox.keepCopiesDays). Send the study again to have it screened."
        }
    }

    package var reason: Reason { Reason(code: rawValue, message: sentence) }
}
