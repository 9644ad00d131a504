/// Small drawings beside the words; they take the colour of the text and are hidden from screen readers.
enum Icon {
    case flag, below, disagree, barred, warning, check, clock, cross

    var html: HTML {
        el("svg", ["class": "icon", "viewBox": "0 0 24 24", "aria-hidden": "true", "focusable": "false"]) {
            for path in paths {
                el(
                    "path",
                    [
                        "d": path, "fill": "none", "stroke": "currentColor", "stroke-width": "2.2",
                        "stroke-linecap": "round", "stroke-linejoin": "round",
                    ])
            }
        }
    }

    private var paths: [String] {
        switch self {
        case .flag: ["M5 22V3", "M5 4h13l-3 4.5 3 4.5H5"]
        case .below: ["M3 7h18", "M12 11v8", "M8 15.5l4 4 4-4"]
        case .disagree: ["M3 9h13", "M12 5l4 4-4 4", "M21 16H8", "M12 12l-4 4 4 4"]
        case .barred: ["M12 2.5a9.5 9.5 0 1 0 .01 0", "M5.5 5.5l13 13"]
        case .warning: ["M12 3L22 20.5H2z", "M12 9.5v5", "M12 17.6v.1"]
        case .check: ["M4 12.5l5.5 5.5L20 6.5"]
        case .clock: ["M12 2.5a9.5 9.5 0 1 0 .01 0", "M12 7v5.5l3.5 2"]
        case .cross: ["M5 5l14 14", "M19 5L5 19"]
        }
    }
}
