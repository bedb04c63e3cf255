# Writes what is in the library and what it uses, in CycloneDX's format. Run as a script once the library is built:
#   cmake -D library=FILE -D version=VERSION -D swift_number=VERSION -D kind=embedded|normal -D template=FILE -D out=FILE
#         -P WriteSBOM.cmake
# It says nothing of the time or the folder, so that equal libraries have equal documents.

set(components "")
set(references "")

# component(NAME VERSION LICENSE PURL LINKAGE): one row. LINKAGE is static, needed, or loaded once it is needed.
function(component name component_version license purl linkage)
    set(scope required)
    if(linkage STREQUAL "loaded")
        set(scope optional)
    endif()
    string(CONCAT row
        "    {\"type\": \"library\", \"bom-ref\": \"${name}\", \"name\": \"${name}\", \"version\": \"${component_version}\", "
        "\"scope\": \"${scope}\",\n     \"licenses\": [{\"expression\": \"${license}\"}], "
        "\"purl\": \"${purl}@${component_version}\",\n"
        "     \"properties\": [{\"name\": \"libstauth:linkage\", \"value\": \"${linkage}\"}]}")
    list(APPEND components "${row}")
    list(APPEND references "\"${name}\"")
    set(components "${components}" PARENT_SCOPE)
    set(references "${references}" PARENT_SCOPE)
endfunction()

# version_of(OUT MODULE): what pkg-config says about it.
function(version_of out module)
    execute_process(COMMAND pkg-config --modversion ${module} OUTPUT_VARIABLE found COMMAND_ERROR_IS_FATAL ANY
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
    set(${out} ${found} PARENT_SCOPE)
endfunction()

foreach(module tomlplusplus libcrypto jansson libcurl zlib)
    version_of(${module} ${module})
endforeach()

component(tomlplusplus ${tomlplusplus} MIT pkg:github/marzer/tomlplusplus static)
component(swift ${swift_number} "Apache-2.0 WITH Swift-exception" pkg:github/swiftlang/swift static)
if(kind STREQUAL "normal")
    execute_process(COMMAND c++ -dumpfullversion OUTPUT_VARIABLE gcc COMMAND_ERROR_IS_FATAL ANY
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
    component(libstdc++ ${gcc} "GPL-3.0-or-later WITH GCC-exception-3.1" pkg:generic/libstdc%2B%2B static)
endif()
component(openssl ${libcrypto} Apache-2.0 pkg:generic/openssl needed)
component(jansson ${jansson} MIT pkg:github/akheron/jansson needed)
component(curl ${libcurl} curl pkg:generic/curl loaded)
component(zlib ${zlib} Zlib pkg:generic/zlib loaded)

list(JOIN components ",\n" components)
list(JOIN references ", " references)
file(SHA256 ${library} library_hash)
configure_file(${template} ${out} @ONLY)
