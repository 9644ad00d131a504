import Imaging
import Ledger
import Logging

/// The two turns side by side, until there is nothing left or the service is told to stop.
extension Daemon {
    /// Shortest pause between two turns that found nothing to do.
    private static let shortestPauseNS: Int64 = 200_000_000

    /// Runs until the task is cancelled; a cancelled run hands its case back and enters its end.
    ///
    /// - Parameters:
    ///   - wakes: says that something happened in the inbox.
    ///   - watchdog: told about every turn that got on.
    package func run(wakes: AsyncStream<InotifyWaker.Wake>?, watchdog: Watchdog?) async throws {
        self.watchdog = watchdog
        try await withThrowingTaskGroup(of: Void.self) { group in
            let bell = WakeBell()
            if let wakes {
                group.addTask {
                    for await _ in wakes {
                        await self.noteInboxEvent()
                        bell.ring()
                    }
                }
            }
            group.addTask { try await self.repeatIntake(bell) }
            group.addTask { try await self.repeatScreening() }
            do {
                while try await group.next() != nil {
                    if Task.isCancelled { group.cancelAll() }
                }
            } catch is CancellationError {
                group.cancelAll()
            }
            try await drain(&group)
        }
        try stop()
    }

    /// Waits for tasks that were told to end.
    private func drain(_ group: inout ThrowingTaskGroup<Void, any Error>) async throws {
        while true {
            do {
                guard try await group.next() != nil else { return }
            } catch is CancellationError {
                continue
            }
        }
    }

    /// Works until the inbox is empty and no case is open, and waits for nothing that is not here.
    ///
    /// What cannot be finished now (a file that never stops growing, a model at fault, a full disk) is left as it is.
    package func runOnce() async throws {
        waitsForNothing = true
        while !Task.isCancelled {
            try await intakeTurn(looks: false)
            while try await screenTurn() {}
            let open = try ledger.gatheringCases() + ledger.cases(state: .ready)
            if try pendingInInbox == 0 && open.isEmpty && ledger.inputsOfUnknownKind().isEmpty { break }
            if let modelFault {
                try stop()
                throw WatchError(.screeningStopped, modelFault.message + " (\(modelFault.code))")
            }
            if inbox.ready.isEmpty { try await pause(untilNS: time.monotonicNS() + Self.shortestPauseNS, nil) }
        }
        try stop()
    }

    private func repeatIntake(_ bell: WakeBell) async throws {
        while !Task.isCancelled {
            let next = try await tolerant(.intake) {
                let next = try await self.intakeTurn(looks: false)
                try self.tellStatus()
                return next
            }
            if next == nil { showFault() }
            watchdog?.beat(.scan)
            watchdog?.beat(.ledger)
            if next != nil, !inbox.ready.isEmpty {
                // A backlog is taken without a pause; the other loop gets its turns.
                await Task.yield()
                continue
            }
            try await pause(untilNS: time.monotonicNS() + Self.shortestPauseNS, nil)
            try await pause(untilNS: min(next ?? 0, nextLookNS()), bell)
            // Woken, but not before a look is due.
            try await pause(untilNS: min(next ?? 0, nextLookNS()), nil)
        }
    }

    private func repeatScreening() async throws {
        while !Task.isCancelled {
            watchdog?.expect(.queue, seconds: Int(settings.screenLimits.wallSeconds) + 60)
            let didWork = try await tolerant(.screening) { try await self.screenTurn() }
            watchdog?.beat(.queue)
            if didWork != true { try await pause(untilNS: time.monotonicNS() + 5 * Self.shortestPauseNS, nil) }
        }
    }

    /// Runs a turn; a full disk or a lock held by another process pauses its loop instead of ending the night.
    private func tolerant<T: Sendable>(_ loop: Loop, _ turn: () async throws -> T) async throws -> T? {
        let fault: Reason
        do {
            let result = try await turn()
            noteEndOfFault(of: loop)
            return result
        } catch let error as LedgerError where error.isTemporary {
            fault = Reason(code: error.code.rawValue, message: error.message)
        } catch let error as WatchError where error.isTemporary {
            fault = error.reason
        }
        noteFault(fault, of: loop)
        try await pause(untilNS: time.monotonicNS() + 10 * Self.shortestPauseNS, nil)
        return nil
    }

    /// Says once that a loop is paused.
    private func noteFault(_ fault: Reason, of loop: Loop) {
        guard faults.updateValue(fault, forKey: loop)?.code != fault.code else { return }
        workListIsStale = true
        log.error(
            "A part of the service is paused and goes on by itself.",
            metadata: JournalMessage.noSpace.metadata(["part": "\(loop.rawValue)", "code": "\(fault.code)"]))
    }

    /// Status and work list say what is wrong even where the turn that tells them does not come to its end.
    private func showFault() {
        do {
            try tellStatus()
            try writeWorkListIfDue()
        } catch {
            // reason: the same storage may be what is at fault; the status line and the journal have said so.
            log.debug("The work list could not be written.")
        }
    }

    private func noteEndOfFault(of loop: Loop) {
        guard faults.removeValue(forKey: loop) != nil else { return }
        workListIsStale = true
        log.notice(
            "A part of the service gets on again.",
            metadata: JournalMessage.spaceAgain.metadata(["part": "\(loop.rawValue)"]))
    }

    /// Sleeps, but not longer than until the bell rings.
    private func pause(untilNS deadline: Int64, _ bell: WakeBell?) async throws {
        guard let bell else { return try await time.sleep(untilMonotonicNS: deadline) }
        let time = time
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await time.sleep(untilMonotonicNS: deadline) }
            group.addTask { await bell.wait() }
            try await group.next()
            group.cancelAll()
        }
    }
}
