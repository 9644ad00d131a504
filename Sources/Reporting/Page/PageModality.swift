package import Imaging
package import Screening

/// One image of a study with what was found in it.
package struct PageModality: Sendable {
    package var modality: Modality
    /// The scan as it was converted, on its own grid.
    package var scan: Volume
    /// The unnormalised map on the scan's grid; nil where there is no score.
    package var heat: Volume?
    package var result: ModalityResult

    package init(modality: Modality, scan: Volume, heat: Volume?, result: ModalityResult) {
        self.modality = modality
        self.scan = scan
        self.heat = heat
        self.result = result
    }
}
