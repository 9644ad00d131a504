import Foundation
import Imaging
import Testing

/// Writes what `Tests/Outside/imaging_nibabel.py` compares with nibabel; runs where FCDWATCH_OUTSIDE names its folder.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["FCDWATCH_OUTSIDE"] != nil, "a tool: set FCDWATCH_OUTSIDE"))
struct NIfTIOutsideTests {
    @Test func everyImageIsBroughtToCanonicalOrientation() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["FCDWATCH_OUTSIDE"])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("image") }
        #expect(names.count > 100)
        for name in names {
            let volume = try NIfTIFile.read(folder + "/" + name).volume
            let stem = folder + "/out/" + (name.split(separator: ".").first ?? "")
            let code = try #require(Orientation(volume.grid.affineRAS)).description
            try code.write(toFile: stem + ".txt", atomically: true, encoding: .utf8)
            try NIfTIFile.write(volume.canonicalRAS(), to: stem + ".nii.gz")
        }
    }
}
