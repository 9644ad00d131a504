import Glibc
import Imaging
import Synchronization

/// The process group of a running worker, and why it was killed, if it was. The first reason stays.
final class ProcessGroup: Sendable {
    enum Reason: Sendable, Hashable {
        case timedOut, cancelled, tooMuchOutput
    }

    private struct State {
        var leader: pid_t?
        var reason: Reason?
    }

    private let state = Mutex(State())

    /// A session leader leads a group of the same number. Kills at once where a reason came before the process.
    func started(_ leader: pid_t) {
        state.withLock { state in
            state.leader = leader
            if state.reason != nil { Self.kill(leader) }
        }
    }

    func kill(because reason: Reason) {
        state.withLock { state in
            guard state.reason == nil else { return }
            state.reason = reason
            if let leader = state.leader { Self.kill(leader) }
        }
    }

    /// The leader has been waited for: ends what it may have left behind, and forgets the number.
    func ended() -> Reason? {
        state.withLock { state in
            if let leader = state.leader { Self.kill(leader) }
            state.leader = nil
            return state.reason
        }
    }

    private static func kill(_ leader: pid_t) {
        guard leader > 1 else { return }
        // ESRCH, the only failure there can be, means that the group is gone already.
        Glibc.kill(-leader, SIGKILL)
    }
}
