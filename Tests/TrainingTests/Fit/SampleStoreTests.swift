import Foundation
import Imaging
import Screening
import Testing
import Training

@Suite struct SampleStoreTests {
    private static let phantom: Volume = HeadPhantom.make(
        grid: VoxelGrid(shape: [60, 76, 76], affineRAS: Affine(spacing: [3, 3, 3], origin: [-88.5, -105, -135])),
        seed: 4)

    private static var settings: TrainingProtocol {
        var settings = TrainingProtocol()
        settings.preparation.spacingMM = 3
        settings.preparation.shape = [56, 68, 56]
        settings.preparation.foreground = .head
        return settings
    }

    private static func store(
        in folder: String? = nil, limit: Int = SampleStore.standardMemoryLimitBytes,
        settings: TrainingProtocol = settings
    ) throws -> SampleStore {
        let subjects = ["good", "empty", "gone"].map {
            Subject(id: $0, group: .control, scans: [.t1w: Subject.Scan(image: $0)])
        }
        return try SampleStore(
            settings, subjects: subjects, modality: .t1w, folder: folder, memoryLimitBytes: limit, threads: 2,
            read: { path throws(ImagingError) in
                switch path {
                case "good": phantom
                case "empty": Volume(grid: phantom.grid)
                default: throw ImagingError(.unreadable, "The file cannot be read.")
                }
            })
    }

    @Test func aPreparedScanIsThatOfTheService() throws {
        let expected = try Self.settings.plan.prepare(Self.phantom, input: .fullHead)
        try withRunFolder { folder in
            for store in [try Self.store(), try Self.store(in: folder, limit: 0), try Self.store(in: folder, limit: 0)]
            {
                let prepared = try store.prepared("good")
                #expect(prepared.volume == expected.volume)
                #expect(prepared.quality == expected.quality && prepared.cutShare == expected.cutShare)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
        }
    }

    @Test func scansThatCannotBePreparedAreLeftOutWithTheirCode() throws {
        let store = try Self.store()
        #expect(store.subjects == ["good"])
        #expect(store.refusals.map(\.subject) == ["empty", "gone"])
        #expect(store.refusals.map(\.code) == ["FOREGROUND_EMPTY", "NIFTI_UNREADABLE"])
    }

    @Test func aCropThatCutsTooMuchAwayLeavesTheScanOut() throws {
        var settings = Self.settings
        settings.preparation.shape = [30, 30, 30]
        #expect(try Self.store(settings: settings).refusals.first { $0.subject == "good" }?.code == "HEAD_OUTSIDE_CROP")
    }

    @Test func aTurnedScanIsNormalisedOverItsTurnedForeground() throws {
        let store = try Self.store()
        let rotation = Rotation(degrees: [12, -7, 5])
        let turned = try store.rotated("good", rotation).volume.voxels
        let mask = try #require(rotation.apply(try store.cropped("good")).foreground)
        let inside = zip(turned, mask.values).filter { $1 != 0 }.map { Double($0.0) }
        let mean = inside.reduce(0, +) / Double(inside.count)
        let variance = inside.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(inside.count)
        #expect(abs(mean) < 1e-5 && abs(variance - 1) < 1e-4)
        #expect(zip(turned, mask.values).allSatisfy { $1 != 0 || $0 == 0 })
        #expect(turned != (try store.prepared("good").volume.voxels))
    }
}
