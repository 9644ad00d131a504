import ConvNet
import Foundation
import Imaging
import Screening
import Testing

@Suite struct ModelTrialTests {
    /// A bundle with a small plan, tried on a synthetic head in LAS.
    private func trial(_ body: (TryReport, URL, Volume) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder, members: 2)
            let scan = Samples.head()
            let output = folder.appending(path: "out")
            let report = try ModelTrial.run(bundle, scan: scan, outputDirectory: output.path, threads: 1)
            try body(report, output, scan)
        }
    }

    @Test func everyIntermediateIsWritten() throws {
        try trial { report, output, scan in
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: output.path).sorted() == [
                    "member-1_raw.nii.gz", "member-2_raw.nii.gz", "overlay.json", "overlay.nii.gz",
                    "overlay_normalised.nii.gz", "prepared.nii.gz",
                ])
            func read(_ name: String) throws -> Volume {
                try NIfTIFile.read(output.appending(path: name).path).volume
            }
            let prepared = try read(report.prepared)
            #expect(prepared.shape == Samples.shape)
            let maps = try report.members.map { try read($0.rawMap) }
            #expect(maps.allSatisfy { $0.shape == [3, 3, 3] })
            for (map, member) in zip(maps, report.members) {
                #expect(distance(map.grid.affineRAS([2, 1, 1]), prepared.grid.affineRAS([32, 32, 32])) < 1e-3)
                let state = try SafetensorsFile.read(
                    output.deletingLastPathComponent().appending(path: "T1w.fcdmodel/\(member.file)").path)
                let bias = Double(try #require(state["fc.bias"]).values[1])
                let sum = map.voxels.reduce(0.0) { $0 + Double($1) }
                #expect(abs(sum + bias - member.logits[1]) < 1e-4)
            }
            let overlay = try read(report.overlay)
            #expect(overlay.shape == scan.shape)
            #expect(distance(overlay.grid.affineRAS([9, 9, 9]), scan.grid.affineRAS([9, 9, 9])) < 1e-3)
            let mean = RawMap.mean(of: maps.map { RawMap(volume: $0) })
            let again = Heatmap.onScan(mean.volume, scan: overlay.grid)
            let scale = overlay.voxels.map(abs).max() ?? 0
            #expect(scale > 0)
            let worst = zip(overlay.voxels, again.voxels).map { abs($0 - $1) }.max() ?? 1
            #expect(worst < 1e-4 * scale)
            let normalised = try read(report.overlayNormalised).voxels
            #expect(normalised.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test func reportHoldsTheNumbers() throws {
        try trial { report, output, _ in
            let object = try JSONSerialization.jsonObject(with: Data(report.encoded()))
            let json = try #require(object as? [String: Any])
            let members = try #require(json["members"] as? [[String: Any]])
            #expect(members.count == 2)
            for member in members {
                #expect((member["logits"] as? [Double])?.count == 2)
                #expect((member["file"] as? String)?.hasSuffix(".safetensors") == true)
                #expect(member["score"] is Double)
            }
            let mean = try #require((json["score"] as? [String: Any])?["mean"] as? Double)
            #expect(abs(mean - report.score.mean) < 1e-12)
            #expect(json["prepared"] as? String == "prepared.nii.gz")
            #expect(json["overlay"] as? String == "overlay.nii.gz")
            #expect(try JSONDecoder().decode(TryReport.self, from: Data(report.encoded())).score == report.score)

            let sidecar = try JSONDecoder().decode(
                HeatmapSidecar.self, from: Data(contentsOf: output.appending(path: report.sidecar)))
            #expect(sidecar.layer == "layer4")
            #expect(!sidecar.relu)
            #expect(!sidecar.normalised)
            #expect(sidecar.memberCount == 2)
            #expect(sidecar.cells == [3, 3, 3])
            #expect(sidecar.targetClass == "FCD")
            #expect(sidecar.model == report.model)
        }
    }

    @Test func folderThatCannotBeMadeIsNamedAsTheFault() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder, members: 1)
            let error = failure {
                _ = try ModelTrial.run(
                    bundle, scan: Samples.head(), outputDirectory: folder.path + "/no/such/parent", threads: 1)
            }
            #expect(error?.code == .trialFailed)
        }
    }

    private func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { ((a - b) * (a - b)).sum().squareRoot() }
}
