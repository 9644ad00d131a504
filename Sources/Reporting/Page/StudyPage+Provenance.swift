import Screening

extension StudyPage {
    /// Inputs, outputs, versions and timings: what an audit asks for.
    @HTMLBuilder var provenanceSection: [HTML] {
        el("section", ["aria-labelledby": "provenance"]) {
            el("h2", ["id": "provenance"]) { "Where this came from" }
            el("div", ["class": "columns"]) {
                run
                timings
            }
            outputs
            inputs
        }
    }

    private var run: HTML {
        el("div", ["class": "card"]) {
            el("h3") { "Run" }
            el("dl") {
                entry("Software", "\(result.software.name) \(result.software.version)")
                entry("Result layout", "version \(result.schema)")
                entry("Case", result.caseID)
                entry("Pseudonym", result.pseudonym)
                entry("Profile", result.profile ?? "none usable")
                entry("Page made", madeAtLocal)
                el("dt") { "Audit head" }
                el("dd") { el("code") { auditHead ?? "not given" } }
            }
        }
    }

    private var timings: HTML {
        el("div", ["class": "card"]) {
            el("h3") { "Timings" }
            el("dl") {
                for timing in result.timings { entry(timing.step, Format.seconds(timing.seconds)) }
                entry("Sum (some steps ran side by side)", Format.seconds(result.timings.map(\.seconds).reduce(0, +)))
            }
        }
    }

    @HTMLBuilder private var outputs: [HTML] {
        let files = result.modalities.flatMap(\.outputs)
        if !files.isEmpty {
            el("h3") { "Files beside this page" }
            el("div", ["class": "scroll"]) {
                el("table") {
                    el("caption") { "Each file with its SHA-256; load scan and map together in any NIfTI viewer" }
                    el("thead") {
                        el("tr") {
                            for name in ["File", "Kind", "SHA-256"] { el("th", ["scope": "col"]) { name } }
                        }
                    }
                    el("tbody") {
                        for file in files {
                            el("tr") {
                                el("th", ["scope": "row"]) { el("a", ["href": Self.link(file.file)]) { file.file } }
                                el("td") { file.kind }
                                el("td") { el("code") { file.sha256 } }
                            }
                        }
                    }
                }
            }
        }
    }

    @HTMLBuilder private var inputs: [HTML] {
        for modality in result.modalities where !modality.inputSHA256.isEmpty {
            el("details") {
                el("summary") {
                    "\(modality.modality.rawValue): SHA-256 of "
                        + Format.count(modality.inputSHA256.count, "input file", "input files")
                }
                el("ol", ["class": "small"]) {
                    for hash in modality.inputSHA256 { el("li") { el("code") { hash } } }
                }
            }
        }
    }
}
