import ConvNet
import Foundation
import Imaging
import Screening
import Testing

@Suite struct EnsembleTests {
    @Test func everyMemberAnswersInOrder() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder)
            var steps: [[Int]] = []
            let result = try Ensemble.score(Samples.prepared(), with: bundle, threads: 1) { steps.append([$0, $1]) }
            #expect(steps == [[1, 3], [2, 3], [3, 3]])
            #expect(result.score.members.map(\.sha256) == bundle.manifest.members.map(\.sha256))
            #expect(result.maps.count == 3)
            let scores = result.score.members.map(\.score)
            #expect(Set(scores).count == 3)
            #expect(abs(result.score.mean - scores.reduce(0, +) / 3) < 1e-15)
            #expect(result.score.minimum == scores.min())
            #expect(result.score.maximum == scores.max())
            for member in result.score.members {
                let softmax = 1 / (1 + exp(member.logits[0] - member.logits[1]))
                #expect(abs(member.score - softmax) < 1e-12)
            }
        }
    }

    @Test func memoryThatIsShortIsSaidBeforeANetworkStarts() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder)
            let budget = MemoryBudget(limits: MemoryLimits(bytes: 1_000_000, bound: .controlGroup))
            let error = #expect(throws: ScreeningError.self) {
                _ = try Ensemble.score(Samples.prepared(), with: bundle, threads: 1, budget: budget)
            }
            #expect(error?.code == .notEnoughMemory)
            #expect(error?.message.contains("1 MB are left") == true)
        }
    }

    @Test func memberEqualsTheNetworkRunAlone() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder, members: 2)
            let prepared = Samples.prepared()
            let result = try Ensemble.score(prepared, with: bundle, threads: 1)
            let network = try ResNet3D(Samples.architecture, state: Samples.states(2)[1])
            let forward = try network.forward(
                Tensor(shape: [1, 1, 33, 65, 65], values: prepared.volume.voxels), threads: 1)
            #expect(result.score.members[1].logits == forward.logits.values.map(Double.init))
            let map = result.maps[1].volume
            #expect(map.voxels == GradCAM.layer4(forward, classifier: network.classifier).values)
            #expect(map.shape == [3, 3, 3])
            #expect(map.grid.affineRAS([1, 1, 1]) == prepared.volume.grid.affineRAS([16, 32, 32]))
        }
    }

    @Test func theMapIsThatOfTheStageThatTheBundleNames() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder, members: 1)
            let prepared = Samples.prepared()
            let last = try Ensemble.score(prepared, with: bundle, threads: 1)
            var manifest = bundle.manifest
            manifest.mapStage = .layer3
            let other = try bundle.replacingManifest(by: manifest, threads: 1)
            let result = try Ensemble.score(prepared, with: other, threads: 1)
            #expect(result.score.members.map(\.logits) == last.score.members.map(\.logits))
            let network = try ResNet3D(Samples.architecture, state: Samples.states(1)[0])
            let expected = try network.gradCAM(
                Tensor(shape: [1, 1, 33, 65, 65], values: prepared.volume.voxels), stage: .layer3, classIndex: 1,
                threads: 1)
            let map = result.maps[0]
            #expect(map.stage == .layer3 && map.volume.voxels == expected.values)
            let stride = SIMD3<Double>(Samples.architecture.stageStride(.layer3))
            #expect(map.volume.grid.affineRAS([1, 1, 1]) == prepared.volume.grid.affineRAS(stride))
            #expect(
                Heatmap.summary(mean: result.meanMap, members: result.maps, scan: map.volume.grid).layer == "layer3")
            #expect(try ModelBundle.load(other.directory).manifest.heatStage == .layer3)
        }
    }

    @Test func removingAMemberChangesTheScore() throws {
        try withTemporaryFolder { folder in
            let all = try Samples.bundle(in: folder, members: 3)
            let fewer = try Samples.bundle(in: folder, members: 2, modality: .flair)
            let a = try Ensemble.score(Samples.prepared(), with: all, threads: 1).score
            let b = try Ensemble.score(Samples.prepared(), with: fewer, threads: 1).score
            #expect(Array(a.members.prefix(2)).map(\.logits) == b.members.map(\.logits))
            #expect(a.mean != b.mean)
        }
    }

    @Test func temperatureDrawsTheScoreToHalf() throws {
        try withTemporaryFolder { folder in
            var manifest = Samples.manifest()
            manifest.calibration = Calibration(temperature: 1000)
            let bundle = try ModelBundle.write(
                manifest: manifest, states: Samples.states(1), to: folder.appending(path: "x").path)
            let score = try Ensemble.score(Samples.prepared(), with: bundle, threads: 1).score
            #expect(abs(score.mean - 0.5) < 0.01)
        }
    }

    @Test func inputThatIsNotFiniteGivesNoScore() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder, members: 1)
            for value in [Float.nan, .infinity] {
                var prepared = Samples.prepared()
                prepared.volume[5, 6, 7] = value
                let error = failure { _ = try Ensemble.score(prepared, with: bundle, threads: 1) }
                #expect(error?.code == .inputNotFinite)
            }
        }
    }

    @Test func outputThatIsNotFiniteGivesNoScore() throws {
        try withTemporaryFolder { folder in
            // Finite weights whose product overflows.
            var state = Samples.states(1)[0]
            for key in ["layer4.1.bn2.weight", "fc.weight"] {
                let shape = state[key]?.shape ?? []
                state[key] = Tensor(shape: shape, filledWith: 3e38)
            }
            let bundle = try ModelBundle.write(
                manifest: Samples.manifest(), states: [state], to: folder.appending(path: "x").path)
            let error = failure { _ = try Ensemble.score(Samples.prepared(), with: bundle, threads: 1) }
            #expect(error?.code == .outputNotFinite)
            #expect(error?.code.rawValue == "OUTPUT_NOT_FINITE")
            #expect(error?.subject == "member-1.safetensors")
        }
    }

    @Test func volumeOfAnotherPlanIsRefused() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder, members: 1)
            var prepared = Samples.prepared()
            prepared.volume = Volume(grid: VoxelGrid(shape: [33, 65, 64], affineRAS: .identity))
            let error = failure { _ = try Ensemble.score(prepared, with: bundle, threads: 1) }
            #expect(error?.code == .inputMismatch)
        }
    }
}
