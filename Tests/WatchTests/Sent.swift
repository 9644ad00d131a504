import Synchronization
import Watch

/// Collects what a notifier sends.
final class Sent: Sendable {
    private let all = Mutex<[String]>([])
    var messages: [String] { all.withLock { $0 } }
    var notifier: Notifier {
        Notifier { message in
            self.all.withLock { $0.append(message) }
            return 1
        }
    }
}
