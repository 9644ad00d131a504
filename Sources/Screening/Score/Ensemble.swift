package import ConvNet
package import Imaging

/// Runs the members of a bundle on a prepared volume.
package enum Ensemble {
    /// Scores a prepared volume with every member, one after the other: memory holds one network at a time, and all of them
    /// use the same memory for what lies between their layers.
    ///
    /// - Parameters:
    ///   - prepared: made by the bundle's own plan.
    ///   - threads: for each forward pass. The same number gives the same result, bit for bit.
    ///   - budget: memory that may be taken; asked before the first network starts.
    ///   - progress: called after each member with how many are done, and of how many.
    /// - Throws: `MODEL_HASH_MISMATCH` and the other `MODEL_…` codes where a member is no longer what was loaded,
    ///   `INPUT_MISMATCH`, `INPUT_NOT_FINITE`, `OUTPUT_NOT_FINITE`, `NOT_ENOUGH_MEMORY`, `FORWARD_FAILED`.
    package static func score(
        _ prepared: PreparedVolume, with bundle: ModelBundle, threads: Int, budget: MemoryBudget = .current,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(ScreeningError) -> EnsembleResult {
        try check(prepared, for: bundle)
        let shape = prepared.volume.shape
        let input = Tensor(shape: [1, 1, shape.x, shape.y, shape.z], values: prepared.volume.voxels)
        let plan = try plan(for: bundle, input: shape, threads: threads, budget: budget)
        var scores: [MemberScore] = []
        var maps: [RawMap] = []
        for member in bundle.manifest.members {
            let (score, map) = try answer(of: member, in: bundle, to: input, grid: prepared.volume.grid, on: plan)
            scores.append(score)
            maps.append(map)
            progress(scores.count, bundle.manifest.members.count)
        }
        return EnsembleResult(
            score: ModalityScore(members: scores, threshold: bundle.manifest.threshold), maps: maps)
    }

    private static func answer(
        of member: ModelManifest.Member, in bundle: ModelBundle, to input: Tensor, grid: VoxelGrid,
        on plan: InferencePlan
    ) throws(ScreeningError) -> (MemberScore, RawMap) {
        let stage = bundle.manifest.heatStage
        let (forward, map) = try bundle.withNetwork(of: member) { network throws(ScreeningError) in
            let forward = try run(network, input, member, plan)
            return (forward, try heat(forward, of: network, member, input, stage, plan))
        }
        let logits = forward.logits.values.map(Double.init)
        let score = bundle.manifest.calibration.score(logits: logits, targetClass: GradCAM.fcdClass)
        guard forward.logits.isFinite, map.isFinite, score.isFinite else { throw notFinite(member) }
        return (
            MemberScore(
                file: member.file, sha256: member.sha256, fold: member.fold, logits: logits, score: score),
            RawMap(map: map, prepared: grid, stride: plan.architecture.stageStride(stage), stage: stage)
        )
    }

    /// At layer4 from what the forward pass left, elsewhere by a pass of its own.
    private static func heat(
        _ forward: ForwardResult, of network: ResNet3D, _ member: ModelManifest.Member, _ input: Tensor,
        _ stage: Architecture.Stage, _ plan: InferencePlan
    ) throws(ScreeningError) -> Tensor {
        if stage == .layer4 { return GradCAM.layer4(forward, classifier: network.classifier) }
        return try running(member) { () throws(ConvNetError) in
            try network.gradCAM(
                input, stage: stage, classIndex: GradCAM.fcdClass, threads: plan.threads, kernels: plan.kernels)
        }
    }

    private static func plan(
        for bundle: ModelBundle, input: SIMD3<Int>, threads: Int, budget: MemoryBudget
    ) throws(ScreeningError) -> InferencePlan {
        do {
            let architecture = bundle.manifest.architecture
            // The way back to an earlier stage keeps what a training step keeps.
            let need = try MemoryNeed(
                bundle.manifest.heatStage == .layer4 ? .forward : .train, architecture, input: input,
                threads: threads)
            try budget.require(need.bytes, for: need.work)
            return try InferencePlan(
                architecture, input: input, threads: threads, kernels: try KernelSet.requested())
        } catch {
            guard error.code == .notEnoughMemory else {
                throw ScreeningError(
                    .forwardFailed, "The network cannot run: \(error)", subject: bundle.manifest.name, cause: error)
            }
            throw ScreeningError(.notEnoughMemory, error.message, subject: bundle.manifest.name, cause: error)
        }
    }

    private static func run(
        _ network: ResNet3D, _ input: Tensor, _ member: ModelManifest.Member, _ plan: InferencePlan
    ) throws(ScreeningError) -> ForwardResult {
        try running(member) { () throws(ConvNetError) in try network.forward(input, on: plan) }
    }

    private static func running<T>(
        _ member: ModelManifest.Member, _ step: () throws(ConvNetError) -> T
    ) throws(ScreeningError) -> T {
        do {
            return try step()
        } catch {
            if error.code == .notFinite { throw notFinite(member, error) }
            throw ScreeningError(
                .forwardFailed, "The member \(member.file) could not run: \(error)", subject: member.file,
                cause: error)
        }
    }

    private static func check(_ prepared: PreparedVolume, for bundle: ModelBundle) throws(ScreeningError) {
        guard prepared.volume.shape == bundle.manifest.preprocessing.shape else {
            throw ScreeningError(
                .inputMismatch, "The volume was not prepared by this bundle's plan; prepare it again.",
                subject: bundle.manifest.name)
        }
        guard prepared.volume.voxels.allSatisfy(\.isFinite) else {
            throw ScreeningError(
                .inputNotFinite, "The prepared volume holds values that are not finite; nothing is scored.",
                subject: bundle.manifest.name)
        }
    }

    private static func notFinite(
        _ member: ModelManifest.Member, _ cause: (any Error)? = nil
    ) -> ScreeningError {
        ScreeningError(
            .outputNotFinite,
            "The member \(member.file) gave a value that is not finite; there is no score. Check the image.",
            subject: member.file, cause: cause)
    }
}
