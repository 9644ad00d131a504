import ConvNet
import Foundation
import Imaging
import Screening
import Testing

@Suite struct HeatmapSidecarTests {
    private let model = ModelIdentity(
        name: "m", version: "1", status: .untrained, sha256: "", architecture: "", operatingPoint: nil, limits: [])

    private func keys(
        _ kind: HeatmapSidecar.Kind, stage: Architecture.Stage = .layer4
    ) throws -> [String: Any] {
        let cells = VoxelGrid(shape: [11, 7, 6], affineRAS: Affine(spacing: [16, 32, 32]))
        let sidecar = HeatmapSidecar(kind, cells: cells, stage: stage, memberCount: 5, model: model)
        return try #require(try JSONSerialization.jsonObject(with: Data(sidecar.encoded())) as? [String: Any])
    }

    @Test func saysHowTheMapWasMade() throws {
        let raw = try keys(.raw)
        #expect(raw["Layer"] as? String == "layer4")
        #expect(raw["TargetClass"] as? String == "FCD")
        #expect(raw["ReLU"] as? Bool == false)
        #expect(raw["Normalised"] as? Bool == false)
        #expect(raw["CellSizeMM"] as? [Double] == [16, 32, 32])
        #expect(raw["Cells"] as? [Int] == [11, 7, 6])
        #expect(raw["MemberCount"] as? Int == 5)
        #expect(try keys(.raw, stage: .layer3)["Layer"] as? String == "layer3")
        #expect((raw["Placement"] as? String)?.contains("stride * i") == true)
    }

    @Test func normalisedMapSaysSo() throws {
        let normalised = try keys(.normalised)
        #expect(normalised["ReLU"] as? Bool == true)
        #expect(normalised["Normalised"] as? Bool == true)
        #expect(normalised.keys.sorted() == (try keys(.raw)).keys.sorted())
    }
}
