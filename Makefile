# make demo    a sample night; the last line is the path of the work list
# make test    every test
# make lint    formatting, layers, imports, versions, reason codes
# make install the built program, manual, models, units, configuration and schema (DESTDIR, PREFIX, PROGRAM are honoured)
# make sample-report    reports/sample-study, from a sample night
# make models  the shipped demonstration models, from nothing to measured (hours; WORK is a folder that it may go on in)

PREFIX ?= /usr
UNITDIR ?= /usr/lib/systemd/system
PROGRAM ?= .build/release/fcdwatch
BUILD := swift build -c release

.PHONY: all build demo test lint install dependencies sample-report models

all: build

dependencies:
	@scripts/install-dependencies.sh

build: dependencies
	$(BUILD)

demo: build
	@.build/release/fcdwatch demo

test: build
	scripts/test.sh

lint: dependencies
	swift format lint --strict --recursive Package.swift Sources Tests
	scripts/check-layers.sh
	scripts/reason-table.pl check
	$(BUILD) --explicit-target-dependency-import-check error

sample-report: build
	scripts/sample-report.sh

WORK ?= .models

models: build
	scripts/make-models.sh $(WORK)

install:
	install -D -m 0755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/fcdwatch
	install -D -m 0644 etc/fcdwatch.1 $(DESTDIR)$(PREFIX)/share/man/man1/fcdwatch.1
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/doc/fcdwatch README.md CHANGELOG.md etc/paper.toml etc/cohort.toml \
	    etc/pretrain.toml
	test ! -e models/profile.json || { \
	    for folder in $$(find models -type d); do \
	        install -d -m 0755 $(DESTDIR)$(PREFIX)/share/fcdwatch/models/demonstration/$${folder#models} || exit 1; done; \
	    for file in $$(find models -type f); do \
	        install -m 0644 $$file $(DESTDIR)$(PREFIX)/share/fcdwatch/models/demonstration/$${file#models/} || exit 1; \
	    done; }
	install -d -m 0755 $(DESTDIR)/etc/fcdwatch $(DESTDIR)$(UNITDIR)
	test -e $(DESTDIR)/etc/fcdwatch/fcdwatch.toml || install -m 0644 etc/fcdwatch.toml $(DESTDIR)/etc/fcdwatch/
	for file in receiver.env receiver.cfg; do test -e $(DESTDIR)/etc/fcdwatch/$$file || \
	    install -m 0644 etc/$$file $(DESTDIR)/etc/fcdwatch/ || exit 1; done
	install -m 0644 -t $(DESTDIR)/etc/fcdwatch etc/*.schema.json
	install -m 0644 systemd/*.service systemd/*.timer $(DESTDIR)$(UNITDIR)/
	install -D -m 0644 systemd/fcdwatch.sysusers $(DESTDIR)/usr/lib/sysusers.d/fcdwatch.conf
	install -D -m 0644 systemd/fcdwatch.tmpfiles $(DESTDIR)/usr/lib/tmpfiles.d/fcdwatch.conf
	install -D -m 0644 systemd/fcdwatch.catalog $(DESTDIR)/usr/lib/systemd/catalog/fcdwatch.catalog
