internal import ConvNet
internal import Imaging
internal import Simulation

/// The made-up subjects that training draws from. After every epoch some are replaced by new ones, task by task.
///
/// Which subject is where follows from the epoch alone, so that a run that was killed finds the same.
struct TaskBank {
    let tasks: [SegmentationTask]
    private let plan: PretrainingPlan
    private let threads: Int
    /// By task, then by place: one subject's images.
    private(set) var images: [[[TaskImage]]] = []

    /// - Parameter epoch: epochs that are over.
    init(_ tasks: [SegmentationTask], _ plan: PretrainingPlan, epoch: Int, threads: Int) throws(TrainingError) {
        self.tasks = tasks
        self.plan = plan
        self.threads = threads
        let flat = try Self.make(
            tasks.indices.flatMap { task in (0..<plan.subjects).map { (task, $0) } }, tasks, plan, threads
        ) { Self.generation(place: $0, epoch: epoch, plan) }
        images = tasks.indices.map { Array(flat[($0 * plan.subjects)..<(($0 + 1) * plan.subjects)]) }
    }

    /// Replaces what the end of an epoch replaces.
    ///
    /// - Parameter epoch: epochs that are over now.
    mutating func renew(epoch: Int) throws(TrainingError) {
        let places = (0..<plan.subjects).filter {
            Self.generation(place: $0, epoch: epoch, plan) != Self.generation(place: $0, epoch: epoch - 1, plan)
        }
        let wanted = tasks.indices.flatMap { task in places.map { (task, $0) } }
        let fresh = try Self.make(wanted, tasks, plan, threads) {
            Self.generation(place: $0, epoch: epoch, plan)
        }
        for ((task, place), image) in zip(wanted, fresh) { images[task][place] = image }
    }

    /// Subjects that are never trained on, task by task.
    static func heldOut(
        _ tasks: [SegmentationTask], _ plan: PretrainingPlan, threads: Int
    ) throws(TrainingError) -> [[[TaskImage]]] {
        let flat = try make(
            tasks.indices.flatMap { task in (0..<plan.heldOut).map { (task, $0) } }, tasks, plan, threads
        ) { _ in nil }
        return tasks.indices.map { Array(flat[($0 * plan.heldOut)..<(($0 + 1) * plan.heldOut)]) }
    }

    /// How often a place was renewed: places take turns.
    private static func generation(place: Int, epoch: Int, _ plan: PretrainingPlan) -> Int {
        let renewals = epoch * plan.renewed
        return renewals > place ? (renewals - place + plan.subjects - 1) / plan.subjects : 0
    }

    /// - Parameter generation: of a place; nil for one that is held out.
    private static func make(
        _ wanted: [(task: Int, place: Int)], _ tasks: [SegmentationTask], _ plan: PretrainingPlan, _ threads: Int,
        _ generation: (Int) -> Int?
    ) throws(TrainingError) -> [[TaskImage]] {
        let parts = wanted.map { generation($0.place).map { "training \($0)" } ?? "held out" }
        let (preprocessing, input) = (plan.preprocessing, plan.preparation.input)
        return try Parallel.tryMap(wanted.count, threads: threads) { n throws(TrainingError) in
            let (task, place) = wanted[n]
            // Tasks share their subjects' numbers: a head that one task has labelled is seen by others in another contrast.
            let seed = SeedName.seed(plan.seed, ["subject", parts[n], String(place)])
            return try TaskImage.make(tasks[task], seed: seed, preprocessing, input: input)
        }
    }
}
