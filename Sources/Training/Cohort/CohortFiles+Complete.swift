import Imaging
internal import Synchronization

extension CohortFiles {
    /// Makes whoever is missing, several at once, then the table of everybody.
    func complete(
        _ people: [CohortPerson], threads: Int, report: (String) -> Void,
        make: (CohortPerson) throws(TrainingError) -> Record
    ) throws(TrainingError) -> CohortOutcome {
        let kept = people.map { record($0.id) }
        let missing = people.indices.filter { kept[$0] == nil }
        if missing.count < people.count { report("\(people.count - missing.count) subjects are there already") }
        let progress = CohortProgress(total: missing.count)
        let made = try Parallel.tryMap(missing.count, threads: threads) { (piece: Int) throws(TrainingError) in
            let record = try make(people[missing[piece]])
            progress.done(report)
            return record
        }
        var records = kept
        for (index, record) in zip(missing, made) { records[index] = record }
        try CohortTables.writeParticipants(self, records.compactMap { $0 })
        return CohortOutcome(
            controls: people.count { $0.group == .control }, patients: people.count { $0.group == .fcd },
            kept: people.count - missing.count)
    }
}

/// Counts finished subjects from several threads and says how long the rest will take.
final class CohortProgress: Sendable {
    private let total: Int
    private let begun = ContinuousClock.now
    private let count = Mutex(0)

    init(total: Int) { self.total = total }

    /// One more is done.
    func done(_ report: (String) -> Void) {
        // Within the lock, so that lines come one after the other and in order.
        count.withLock { count in
            count += 1
            let seconds = Double((ContinuousClock.now - begun).components.seconds)
            let left = Int((seconds / Double(count) * Double(total - count)).rounded(.up))
            let time = left < 120 ? "\(left) s" : "\((left + 59) / 60) min"
            report("\(count) of \(total) subjects" + (count < total ? ", about \(time) left" : ""))
        }
    }
}
