package import ConvNet
internal import Foundation
internal import Imaging
internal import Simulation

/// Trains an encoder by outlining: one network under a light head per task, tasks mixed in every batch.
///
/// A checkpoint after every epoch: a run that was killed goes on by itself and ends with the same bits.
package final class Pretrainer {
    private let plan: PretrainingPlan
    private let threads: Int
    private let report: (String) -> Void
    private let seconds: () -> Double
    private let tasks: [SegmentationTask]
    private let earlierMaps: Set<String>
    private let files: PretrainingFiles
    private let network: TrainingNetwork
    private var bank: TaskBank
    private var heads: [SegmentationHead] = []
    private var losses: [PretrainingResult.Loss] = []
    /// Epochs that are over.
    private var epoch = 0
    private let cells: SIMD3<Int>
    /// The label of dysplasia tasks whose presence the network's own classes tell.
    private static let dysplasia = 1
    /// Under which losses and figures of the network's own classes are listed.
    private static let verdict = "dysplasia or none"

    /// Makes the subjects, and takes up a run that the folder holds.
    ///
    /// - Parameters:
    ///   - folder: for everything that is written; made where it is missing.
    ///   - beside: the plan's file, from which relative paths begin; nil for the working folder.
    ///   - seconds: since any moment, for what is reported alone.
    /// - Throws: `SETTINGS_INVALID`, `RUN_MISMATCH`, `TRAINING_OUTPUT_UNWRITABLE`
    package init(
        _ plan: PretrainingPlan, folder: String, beside file: String? = nil, seconds: @escaping () -> Double,
        report: @escaping (String) -> Void
    ) throws(TrainingError) {
        try plan.validate()
        let start = plan.start.isEmpty ? "" : SettingsFile.resolve(plan.start, beside: file)
        var plan = plan
        if !start.isEmpty { plan.start = try RunIdentity.digest(file: start) }
        earlierMaps = start.isEmpty ? [] : EncoderOrigin.maps(of: start)
        let maps = try CohortMaps(plan.maps, beside: file)
        plan.maps = maps.named
        let threads = plan.threads > 0 ? plan.threads : ProcessInfo.processInfo.activeProcessorCount
        (self.plan, self.threads, self.report, self.seconds) = (plan, threads, report, seconds)
        tasks = try plan.resolvedTasks(maps.maps.map { SharedMaps($0, share: plan.maps.share) })
        files = try PretrainingFiles(folder: folder)
        let checkpoint = try files.lastCheckpoint(plan: plan)
        let architecture = plan.architecture
        let shape = plan.preprocessing.shape
        cells = architecture.layer4Shape(input: shape)
        let initial = try InitialState.make(
            architecture, checkpoint: start.isEmpty ? nil : start, trainable: [],
            seed: SeedName.seed(plan.seed, ["encoder"]))
        do {
            network = try TrainingNetwork(architecture, state: initial.state, threads: threads)
        } catch {
            throw TrainingError(.settingsInvalid, error.message, subject: error.subject, cause: error)
        }
        let count = tasks.count * plan.subjects
        report("\(tasks.count) tasks, making \(count) images of \(shape.x)×\(shape.y)×\(shape.z) voxels")
        let begin = seconds()
        // The classes' weights are those of the first bank, whichever epoch the run goes on with.
        let first = try TaskBank(tasks, plan, epoch: 0, threads: threads)
        for (task, images) in zip(tasks, first.images.map { $0.flatMap { $0 } }) {
            heads.append(
                SegmentationHead(
                    inputs: architecture.features,
                    frequencies: Self.frequencies(images, classes: task.labels.count + 1),
                    rarityPower: plan.rarityPower, rarityLimit: plan.rarityLimit,
                    seed: SeedName.seed(plan.seed, ["head", task.name])))
        }
        report("made in \(Self.duration(seconds() - begin))")
        bank = first
        if let checkpoint {
            try restore(checkpoint)
            if epoch < plan.epochs { bank = try TaskBank(tasks, plan, epoch: epoch, threads: threads) }
            report("going on after epoch \(epoch) of \(plan.epochs)")
        }
    }

    /// Trains to the end of the plan, judges held-out subjects and writes the encoder.
    ///
    /// - Parameter epochs: ends earlier after so many more; the encoder is then not written.
    /// - Returns: nil where the plan's end was not reached.
    /// - Throws: `TRAINING_DIVERGED`, `TRAINING_OUTPUT_UNWRITABLE`
    @discardableResult
    package func run(atMost epochs: Int = .max) throws(TrainingError) -> PretrainingResult? {
        let begin = seconds()
        var done = 0
        while epoch < plan.epochs, done < epochs {
            try trainEpoch()
            epoch += 1
            done += 1
            try files.store(checkpoint(), plan: plan)
            try files.write(lossTable(), PretrainingFiles.losses)
            let each = (seconds() - begin) / Double(done)
            let left = Self.duration(each * Double(plan.epochs - epoch))
            report("epoch \(epoch) of \(plan.epochs): \(lossLine()), \(Self.decimals(each, 1)) s each, \(left) left")
            if epoch < plan.epochs { try bank.renew(epoch: epoch) }
        }
        guard epoch == plan.epochs else { return nil }
        let result = PretrainingResult(losses: losses, found: try judge())
        try writeResult(result)
        return result
    }

    /// The encoder as it is: PyTorch's names, without `fc` unless that learnt too.
    package func encoder() -> [String: Tensor] {
        network.state().filter { plan.tellsApart || !$0.key.hasPrefix("fc.") }
    }

    // MARK: Training

    private func trainEpoch() throws(TrainingError) {
        var random = SeededGenerator(seed: plan.seed, "epoch", String(epoch))
        var sums = [Double](repeating: 0, count: tasks.count)
        var counts = [Int](repeating: 0, count: tasks.count)
        var verdicts = 0.0
        var deck: [Int] = []
        for step in 0..<plan.stepsPerEpoch {
            var chosen: [(image: TaskImage, task: Int, change: TaskAugmentation)] = []
            while chosen.count < plan.batch {
                if deck.isEmpty { deck = Array(tasks.indices).shuffled(using: &random) }
                let place = Int(random.uniform() * Double(plan.subjects))
                let task = deck.removeLast()
                let change = TaskAugmentation(plan, &random)
                // All of a subject's images, changed alike: what they differ in is what there is to learn.
                chosen += bank.images[task][place].prefix(plan.batch - chosen.count).map { ($0, task, change) }
            }
            let (input, truths) = batch(chosen)
            let values = try learn(input, truths, chosen.map(\.task), rate: rate(step))
            for (n, item) in chosen.enumerated() {
                sums[item.task] += values.outlines[n]
                counts[item.task] += 1
            }
            verdicts += values.verdict / Double(plan.stepsPerEpoch)
        }
        for (n, task) in tasks.enumerated() where counts[n] > 0 {
            losses.append(
                PretrainingResult.Loss(epoch: epoch + 1, task: task.name, loss: sums[n] / Double(counts[n])))
        }
        if plan.tellsApart {
            losses.append(PretrainingResult.Loss(epoch: epoch + 1, task: Self.verdict, loss: verdicts))
        }
    }

    /// One step of the encoder and of the heads that it concerns.
    ///
    /// - Returns: each image's loss, and the mean one of the network's own classes where they learn along.
    private func learn(
        _ input: Tensor, _ truths: [CellLabels], _ chosen: [Int], rate: Double
    ) throws(TrainingError) -> (outlines: [Double], verdict: Double) {
        let concerned = Set(chosen).sorted()
        let share = 1 / Float(chosen.count)
        var values: [Double] = []
        for task in concerned { heads[task].clearGradients() }
        var total = 0.0
        do {
            let targets = plan.tellsApart ? truths.map { $0.holds(Self.dysplasia) ? 1 : 0 } : nil
            total = try network.denseStep(input, targets: targets, learningRate: rate) { output, gradient in
                values = chosen.indices.map { n in
                    heads[chosen[n]].loss(output, sample: n, truths[n], share: share, gradient: gradient)
                }
                return values.reduce(0, +)
            }
        } catch {
            throw TrainingError(
                .diverged, "Pretraining diverged: \(error.message) Lower learningRate and begin anew.", cause: error)
        }
        for task in concerned { heads[task].step(rate) }
        return (values.map { $0 / Double(share) }, total - values.reduce(0, +))
    }

    /// Images as one batch, with the truth of each.
    private func batch(
        _ items: [(image: TaskImage, task: Int, change: TaskAugmentation)]
    ) -> (input: Tensor, truths: [CellLabels]) {
        let shape = plan.preprocessing.shape
        let (count, stride) = (shape.x * shape.y * shape.z, plan.architecture.layer4Stride)
        var truths: [CellLabels] = []
        let values = [Float](unsafeUninitializedCapacity: items.count * count) { out, initialised in
            let first = out.baseAddress!
            truths = Parallel.map(items.count, threads: threads) { n in
                let labels = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
                defer { labels.deallocate() }
                let item = items[n]
                item.change.apply(item.image, shape: shape, values: first + n * count, labels: labels)
                return CellLabels(
                    labels, shape: shape, cells: cells, stride: stride, classes: heads[item.task].classes)
            }
            initialised = items.count * count
        }
        return (Tensor(shape: [items.count, 1, shape.x, shape.y, shape.z], values: values), truths)
    }

    /// Half a cosine from the first rate to the last.
    private func rate(_ step: Int) -> Double {
        let part = Double(epoch * plan.stepsPerEpoch + step) / Double(plan.epochs * plan.stepsPerEpoch)
        let low = plan.learningRate * plan.finalRateShare
        return low + (plan.learningRate - low) * (1 + cos(.pi * part)) / 2
    }

    /// Of each class among the voxels of some images.
    private static func frequencies(_ images: [TaskImage], classes: Int) -> [Double] {
        var counts = [Int](repeating: 0, count: classes)
        for image in images {
            image.labels.withUnsafeBufferPointer { for label in $0 { counts[min(Int(label), classes - 1)] += 1 } }
        }
        let all = max(counts.reduce(0, +), 1)
        return counts.map { Double($0) / Double(all) }
    }

    // MARK: The end

    private func judge() throws(TrainingError) -> [PretrainingResult.Found] {
        var result: [PretrainingResult.Found] = []
        let held = try TaskBank.heldOut(tasks, plan, threads: threads)
        for (n, task) in tasks.enumerated() {
            var scores = [LabelScore](repeating: LabelScore(), count: task.labels.count)
            var verdicts = LabelScore()
            for image in held[n].joined() {
                let (input, truths) = batch([(image, n, .none)])
                do {
                    if plan.tellsApart {
                        let logits = try network.evaluate(input).values
                        verdicts.add(logits[1] - logits[0], share: truths[0].holds(Self.dysplasia) ? 1 : 0)
                    }
                    try network.evaluateDense(input) { _, output in
                        let probabilities = heads[n].probabilities(output, sample: 0)
                        let classes = heads[n].classes
                        for cell in 0..<output.voxels {
                            for k in 1..<classes {
                                scores[k - 1].add(
                                    probabilities[cell * classes + k], share: truths[0].shares[cell * classes + k])
                            }
                        }
                    }
                } catch {
                    throw TrainingError(.diverged, error.message, cause: error)
                }
            }
            let all = zip(scores, task.labels).map { $0.found(task: task.name, label: $1) }
            let verdict = plan.tellsApart ? [verdicts.verdict(task: task.name, label: Self.verdict)] : []
            for found in all + verdict {
                report(
                    "held out: \(task.name), \(found.label): AUC \(found.auc.map { Self.decimals($0, 3) } ?? "-"), "
                        + "Dice \(found.dice.map { Self.decimals($0, 3) } ?? "-")")
                result.append(found)
            }
        }
        return result
    }

    private func writeResult(_ result: PretrainingResult) throws(TrainingError) {
        struct Protocol: Encodable {
            let simulation: Int
            let plan: PretrainingPlan
            /// SHA-256 of the tissue maps that the encoders before this one saw.
            let earlierMaps: [String]
            let tasks: [String: [String]]
            let result: PretrainingResult
        }
        let labels = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, $0.labels) })
        try files.write(encoder(), PretrainingFiles.encoder, metadata: ["format": "pt"])
        var states: [String: Tensor] = [:]
        for (task, head) in zip(tasks, heads) {
            for (name, tensor) in head.state() { states["\(task.name).\(name)"] = tensor }
        }
        try files.write(states, PretrainingFiles.heads, metadata: ["format": "pt"])
        let rows = result.found.map { found in
            [
                found.task, found.label, String(found.cells), found.auc.map { Self.decimals($0, 4) } ?? "",
                found.dice.map { Self.decimals($0, 4) } ?? "",
            ].joined(separator: ",")
        }
        try files.write((["task,label,cells,auc,dice"] + rows).joined(separator: "\n") + "\n", PretrainingFiles.found)
        try files.write(
            PretrainingFiles.json(
                Protocol(
                    simulation: SimulationVersion.current, plan: plan.identity, earlierMaps: earlierMaps.sorted(),
                    tasks: labels, result: result),
                pretty: true) + "\n", PretrainingFiles.plan)
    }

    // MARK: Going on

    private func checkpoint() -> PretrainingFiles.Checkpoint {
        var tensors: [String: Tensor] = [:]
        for (name, tensor) in network.state() { tensors["network." + name] = tensor }
        for (name, tensor) in network.optimizerState() { tensors["optimizer." + name] = tensor }
        for (task, head) in zip(tasks, heads) {
            for (name, tensor) in head.checkpoint() { tensors["head.\(task.name).\(name)"] = tensor }
        }
        return PretrainingFiles.Checkpoint(epoch: epoch, losses: losses, tensors: tensors)
    }

    private func restore(_ checkpoint: PretrainingFiles.Checkpoint) throws(TrainingError) {
        func part(_ prefix: String) -> [String: Tensor] {
            Dictionary(
                uniqueKeysWithValues: checkpoint.tensors.filter { $0.key.hasPrefix(prefix) }
                    .map { (String($0.key.dropFirst(prefix.count)), $0.value) })
        }
        do throws(ConvNetError) {
            try network.restore(state: part("network."))
            try network.restore(optimizer: part("optimizer."))
        } catch {
            throw TrainingError(
                .runMismatch, "The last checkpoint is not whole. Empty the folder and begin anew.", cause: error)
        }
        for (task, head) in zip(tasks, heads) {
            guard head.restore(part("head.\(task.name).")) else {
                throw TrainingError(
                    .runMismatch, "The last checkpoint is not whole. Empty the folder and begin anew.",
                    subject: task.name)
            }
        }
        (epoch, losses) = (checkpoint.epoch, checkpoint.losses)
    }

    // MARK: Text

    private func lossTable() -> String {
        (["epoch,task,loss"] + losses.map { "\($0.epoch),\($0.task),\(Self.decimals($0.loss, 6))" })
            .joined(separator: "\n") + "\n"
    }

    private func lossLine() -> String {
        let last = losses.filter { $0.epoch == epoch }
        let mean = last.reduce(0) { $0 + $1.loss } / Double(max(last.count, 1))
        let each =
            last.count <= 4
            ? " (" + last.map { "\($0.task) \(Self.decimals($0.loss, 4))" }.joined(separator: ", ") + ")" : ""
        return "loss \(Self.decimals(mean, 4))" + (last.count > 1 ? each : "")
    }

    private static func decimals(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return whole < 90
            ? "\(whole) s" : whole < 5400 ? "\((whole + 30) / 60) min" : "\(decimals(seconds / 3600, 1)) h"
    }
}
