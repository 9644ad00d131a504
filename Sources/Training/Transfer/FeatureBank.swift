package import ConvNet
import Foundation

/// What a frozen trunk makes of every scan, as it lies and in a number of turned copies: made once, used in every epoch.
///
/// In memory, or in files of one folder where they are together larger than a limit or folds are to share them.
package final class FeatureBank: Sendable {
    private enum Place: Sendable {
        case memory([Float])
        case file(String)
    }

    /// (channels, d, h, w) of one sample.
    package let shape: [Int]
    private let places: [String: Place]

    /// A copy's name: nil is the scan as it lies.
    private static func key(_ subject: String, _ copy: Int?) -> String {
        "\(subject)-" + (copy.map { "\($0)" } ?? "upright")
    }

    /// Runs the trunk over what is not there yet, scans being turned on another thread meanwhile.
    ///
    /// - Parameters:
    ///   - train: of whom copies are made, 0 ..< `copies`.
    ///   - validation: whose scans go in as they lie.
    ///   - folder: for files; whatever is in it under the right names is taken to be of this trunk and these settings. The
    ///     names change with the scans' content.
    ///   - alwaysFiles: also where memory would do.
    package init(
        _ network: TrainingNetwork, store: SampleStore, order: BatchOrder, copies: Int, train: [Subject],
        validation: [Subject], folder: String, alwaysFiles: Bool, memoryLimitBytes: Int,
        report: (String) -> Void = { _ in }
    ) throws(TrainingError) {
        let wanted =
            validation.map { (subject: $0, copy: Int?.none) }
            + train.flatMap { subject in (0..<copies).map { (subject: subject, copy: Int?.some($0)) } }
        let n = store.shape
        shape = [network.trunkChannels] + Self.cells(network, n)
        let count = shape.reduce(1, *)
        let inFiles = alwaysFiles || wanted.count * count * MemoryLayout<Float>.size > memoryLimitBytes
        if inFiles { try RunFile.makeFolder(folder) }
        func path(_ item: (subject: Subject, copy: Int?)) -> String {
            folder + "/" + Self.key(item.subject.id, item.copy) + "-" + store.digest(item.subject.id) + ".features"
        }
        var places: [String: Place] = [:]
        var missing: [(subject: Subject, copy: Int?)] = []
        for item in wanted {
            if inFiles, Self.isWhole(path(item), count: count) {
                places[Self.key(item.subject.id, item.copy)] = .file(path(item))
            } else {
                missing.append(item)
            }
        }
        let todo = missing
        let loader = Loader(count: todo.count) { index throws(TrainingError) -> Batch in
            let (subject, copy) = todo[index]
            return try Batch.scans([subject], store: store) { subject in
                copy.map { order.rotation(subject, copy: $0) } ?? .none
            }
        }
        defer { loader.stop() }
        for (index, item) in todo.enumerated() {
            guard let batch = try loader.next() else { break }
            let features: Tensor
            do throws(ConvNetError) { features = try network.trunkFeatures(batch.input) } catch {
                throw TrainingError(.settingsInvalid, error.message, subject: error.subject, cause: error)
            }
            precondition(features.shape == [1] + shape, "the trunk's output is as the architecture says")
            let key = Self.key(item.subject.id, item.copy)
            if inFiles {
                try RunFile.write(to: path(item)) { file throws(TrainingError) in
                    let result = features.values.withUnsafeBytes { bytes in
                        Result { () throws(TrainingError) in try file.put(bytes) }
                    }
                    try result.get()
                }
                places[key] = .file(path(item))
            } else {
                places[key] = .memory(features.values)
            }
            if (index + 1) % 20 == 0 || index + 1 == todo.count {
                report("feature bank: \(index + 1) of \(todo.count) scans through the frozen layers")
            }
        }
        self.places = places
    }

    /// What the trunk made of a copy; nil for the scan as it lies.
    ///
    /// - Throws: `TRAINING_INPUT_UNREADABLE`
    package func features(_ subject: String, copy: Int?) throws(TrainingError) -> [Float] {
        switch places[Self.key(subject, copy)] {
        case .memory(let values): return values
        case .file(let path):
            guard let bytes = try RunFile.read(path), bytes.count == shape.reduce(1, *) * MemoryLayout<Float>.size
            else {
                throw TrainingError(
                    .unreadable, "A file of the feature bank is gone or not whole. Remove the folder `bank` and go on.")
            }
            return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        case nil: preconditionFailure("the bank was made for these subjects and copies")
        }
    }

    private static func isWhole(_ path: String, count: Int) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && Int(facts.st_size) == count * MemoryLayout<Float>.size
    }

    /// Cells of the trunk's output: of the stage of its last block.
    private static func cells(_ network: TrainingNetwork, _ input: SIMD3<Int>) -> [Int] {
        let shape = network.trunkShape(input: input)
        return [shape.x, shape.y, shape.z]
    }
}
