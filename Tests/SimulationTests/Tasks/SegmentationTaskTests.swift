import Imaging
import Simulation
import Testing

@Suite struct SegmentationTaskTests {
    private static let tasks =
        TaskCatalogue.many(stripped: true) + TaskCatalogue.dysplasia(stripped: false)
    /// Coarse: the same code runs on every grid.
    private static let grid = VoxelGrid(
        shape: [27, 33, 27], affineRAS: Affine(spacing: SIMD3(repeating: 6), origin: [-78, -96, -78]))

    @Test func thereAre23OfDifferentNames() {
        let names = TaskCatalogue.many(stripped: true).map(\.name)
        #expect(names.count == 23 && Set(names).count == 23)
        #expect(TaskCatalogue.one.map(\.name) == ["thorax-ct"])
        #expect(names.contains("thorax-ct"))
        #expect(Set(names).isDisjoint(with: TaskCatalogue.dysplasia(stripped: true).map(\.name)))
        #expect(names.contains { $0.hasPrefix("brain-tumour") })
        for name in names { #expect(name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }) }
    }

    @Test(arguments: tasks.map(\.name))
    func theSeedDecidesTheVoxelsAndEveryLabelIsFound(_ name: String) throws {
        let task = try #require(Self.tasks.first { $0.name == name })
        func make(_ seed: UInt64) -> SegmentationTask.Sample { task.makeAll(seed, Self.grid)[0] }
        let (one, same, other) = (make(3), make(3), make(4))
        #expect(one.image == same.image && one.labels == same.labels && one.body == same.body)
        #expect(one.image.voxels != other.image.voxels)
        #expect(one.labels.count == one.image.voxels.count && one.body.count == one.labels.count)
        #expect(one.image.voxels.allSatisfy { $0.isFinite })
        #expect(one.labels.allSatisfy { Int($0) <= task.labels.count })
        if !task.isScan { #expect(one.image.grid == Self.grid) }

        // In a few subjects, every label occurs, most of it inside the body.
        var counts = [Int](repeating: 0, count: task.labels.count + 1)
        var (inside, all) = (0, 0)
        var samples = [one, other]
        for seed in UInt64(5)...11 {
            for sample in samples {
                for (label, body) in zip(sample.labels, sample.body) {
                    counts[Int(label)] += 1
                    guard label != 0 else { continue }
                    all += 1
                    inside += Int(body)
                }
            }
            if counts.allSatisfy({ $0 > 0 }) { break }
            samples = [make(seed)]
        }
        #expect(counts.allSatisfy { $0 > 0 }, "\(counts)")
        #expect(inside * 10 >= all * 9)
    }

    @Test func aHeadWithAndWithoutItsDysplasiaDiffersThereAlone() throws {
        for task in TaskCatalogue.dysplasia(stripped: false) {
            let images = task.makeAll(3, Self.grid)
            try #require(images.count == 2)
            let (with, without) = (images[0], images[1])
            #expect(with.labels.contains(1) && !without.labels.contains(1))
            #expect(with.image.grid == without.image.grid && with.body == without.body)
            let changed = with.image.voxels.indices.filter { with.image.voxels[$0] != without.image.voxels[$0] }
            #expect(!changed.isEmpty && changed.count * 20 < with.image.voxels.count)
        }
    }
}
