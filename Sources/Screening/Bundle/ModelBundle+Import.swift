package import ConvNet

extension ModelBundle {
    /// Makes a bundle of parameters that were trained elsewhere.
    ///
    /// Missing, extra and misshapen keys are listed and refused. With `newHeadSeed` the classifier (`fc.weight`,
    /// `fc.bias`) is drawn anew, uniform within ±1/√features, and keys outside the backbone, such as another task's
    /// head, are left behind; a fault inside the backbone is refused all the same.
    /// - Parameters:
    ///   - checkpoints: one per member, as `PyTorchCheckpoint` or `SafetensorsFile` read them.
    ///   - manifest: its members are set here.
    ///   - newHeadSeed: seed of the first member's head; the k-th member's is `newHeadSeed + k`.
    package static func importing(
        checkpoints: [[String: Tensor]], manifest: ModelManifest, newHeadSeed: UInt64? = nil, to directory: String
    ) throws(ScreeningError) -> ModelBundle {
        try manifest.checkAllButMembers()
        var states: [[String: Tensor]] = []
        for (k, checkpoint) in checkpoints.enumerated() {
            states.append(
                try fitted(
                    checkpoint, to: manifest.architecture, newHeadSeed: newHeadSeed.map { $0 &+ UInt64(k) },
                    named: "checkpoint \(k + 1)"))
        }
        return try write(manifest: manifest, states: states, to: directory)
    }

    /// A checkpoint's parameters, exactly those of the architecture and fit to make a network.
    static func fitted(
        _ checkpoint: [String: Tensor], to architecture: Architecture, newHeadSeed: UInt64?, named name: String
    ) throws(ScreeningError) -> [String: Tensor] {
        var state = checkpoint.filter { !$0.key.hasSuffix(".num_batches_tracked") }  // training's counter
        if let newHeadSeed {
            for key in state.keys where !isBackbone(key) { state[key] = nil }
            let drawn = ResNet3D.randomState(architecture, seed: newHeadSeed)
            for key in headKeys { state[key] = drawn[key] }
        }
        let report = StateDictReport.compare(state, to: architecture)
        guard report.fits else {
            let faults = Set(report.missing + report.mismatched)
            let onlyHead =
                !faults.isEmpty && faults.isSubset(of: headKeys) && !report.unexpected.contains(where: isBackbone)
            let advice =
                onlyHead && newHeadSeed == nil
                ? "A backbone without this classifier needs a new head; ask for one."
                : "Check depth, width and shortcut type."
            throw ScreeningError(
                .checkpointInvalid, "\(name) does not fit \(architecture.title): \(report.summary). \(advice)",
                subject: name)
        }
        _ = try network(architecture, state, named: name, refusedAs: .checkpointInvalid)
        return state
    }

    private static let headKeys: Set<String> = ["fc.weight", "fc.bias"]

    private static func isBackbone(_ key: String) -> Bool {
        ["conv1.", "bn1.", "layer1.", "layer2.", "layer3.", "layer4."].contains { key.hasPrefix($0) }
    }
}
