# make demo    a sample night; the last line is the path of the work list
# make test    every test
# make lint    formatting, layers, imports, versions
# make install the built program, units and configuration (DESTDIR and PREFIX are honoured)

PREFIX ?= /usr
UNITDIR ?= /lib/systemd/system
BUILD := swift build -c release

.PHONY: all build demo test lint install dependencies

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
	$(BUILD) --explicit-target-dependency-import-check error

install:
	install -D -m 0755 .build/release/fcdwatch $(DESTDIR)$(PREFIX)/bin/fcdwatch
	install -D -m 0644 etc/fcdwatch.1 $(DESTDIR)$(PREFIX)/share/man/man1/fcdwatch.1
	install -d -m 0755 $(DESTDIR)/etc/fcdwatch $(DESTDIR)$(UNITDIR)
	test -e $(DESTDIR)/etc/fcdwatch/fcdwatch.toml || install -m 0640 etc/fcdwatch.toml $(DESTDIR)/etc/fcdwatch/fcdwatch.toml
	install -m 0644 etc/*.schema.json $(DESTDIR)/etc/fcdwatch/
	install -m 0644 systemd/*.service $(DESTDIR)$(UNITDIR)/
	for f in systemd/*sysusers*.conf; do if [ -e "$$f" ]; then install -D -m 0644 "$$f" $(DESTDIR)/usr/lib/sysusers.d/fcdwatch.conf; fi; done
	for f in systemd/*tmpfiles*.conf; do if [ -e "$$f" ]; then install -D -m 0644 "$$f" $(DESTDIR)/usr/lib/tmpfiles.d/fcdwatch.conf; fi; done
	for f in systemd/*.catalog; do if [ -e "$$f" ]; then install -D -m 0644 "$$f" $(DESTDIR)/usr/lib/systemd/catalog/fcdwatch.catalog; fi; done
