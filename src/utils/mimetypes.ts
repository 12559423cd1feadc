/**
 * The content type of a file by its name, as Django's `FileResponse` has it from Python's `mimetypes`.
 *
 * @module
 */

import { mimes } from "mrmime";

/** Where Python 3.12 differs from mrmime, in the form of a `mime.types` file; and Office's, which mrmime leaves out. `gz` stands for `GZ`. */
const PYTHON_TYPES = `
application/msword wiz
application/octet-stream a gz md o obj
application/vnd.apple.mpegurl m3u m3u8
application/vnd.ms-excel xlb xls
application/vnd.ms-powerpoint pot ppa pps ppt pwz
application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
application/x-bcpio bcpio
application/x-cpio cpio
application/x-csh csh
application/x-dvi dvi
application/x-gtar gtar
application/x-hdf hdf
application/x-hdf5 h5
application/x-latex latex
application/x-mif mif
application/x-netcdf cdf nc
application/x-pkcs12 p12 pfx
application/x-pn-realaudio ram
application/x-python-code pyc pyo
application/x-sh sh
application/x-shar shar
application/x-shockwave-flash swf
application/x-sv4cpio sv4cpio
application/x-sv4crc sv4crc
application/x-tar tar
application/x-tcl tcl
application/x-tex tex
application/x-texinfo texi texinfo
application/x-troff roff t tr
application/x-troff-man man
application/x-troff-me me
application/x-troff-ms ms
application/x-ustar ustar
application/x-wais-source src
application/xml rdf wsdl xpdl
audio/3gpp 3gp 3gpp
audio/3gpp2 3g2 3gpp2
audio/aac ass loas
audio/opus opus
audio/x-aiff aif aifc aiff
audio/x-pn-realaudio ra
audio/x-wav wav
image/vnd.microsoft.icon ico
image/x-cmu-raster ras
image/x-portable-anymap pnm
image/x-portable-bitmap pbm
image/x-portable-graymap pgm
image/x-portable-pixmap ppm
image/x-rgb rgb
image/x-xbitmap xbm
image/x-xpixmap xpm
image/x-xwindowdump xwd
message/rfc822 mht mhtml nws
text/plain bat c h ksh pl srt
text/x-python py
text/x-setext etx
text/x-sgml sgm sgml
text/x-vcard vcf
video/mpeg mpa
video/x-msvideo avi
video/x-sgi-movie movie
`;

/** Compressed files are named by their compression, lest a browser unpacks them. These suffixes know upper from lower case. */
const COMPRESSED = new Map([
  [".br", "application/x-brotli"],
  [".bz2", "application/x-bzip"],
  [".gz", "application/gzip"],
  [".xz", "application/x-xz"],
  [".Z", "application/x-compress"],
]);

/** Short for `.tar.gz` and the like, in any letter case. */
const ARCHIVES = new Map([
  [".svgz", "application/gzip"],
  [".taz", "application/gzip"],
  [".tbz2", "application/x-bzip"],
  [".tgz", "application/gzip"],
  [".txz", "application/x-xz"],
  [".tz", "application/gzip"],
]);

/** The last dot and what follows, behind a stem that is more than dots. */
const EXTENSION = /^\.*[^.].*(\.[^.]*)$/s;
/** To Python a name is a URL, and this is no part of the stem. */
const SCHEME = /^[^:]+:/;

let types: Map<string, string> | undefined;

/** The content type for a base name; `application/octet-stream` where its extension says nothing. */
export function guessContentType(filename: string): string {
  const extension = EXTENSION.exec(filename.replace(SCHEME, ""))?.[1] ?? "";
  const lower = extension.toLowerCase();
  return COMPRESSED.get(extension) ?? ARCHIVES.get(lower) ?? lookup(lower.slice(1)) ?? "application/octet-stream";
}

function lookup(extension: string): string | undefined {
  types ??= new Map(PYTHON_TYPES.trim().split("\n").flatMap(typesOfLine));
  return types.get(extension) ?? (Object.hasOwn(mimes, extension) ? mimes[extension] : undefined);
}

function typesOfLine(line: string): [extension: string, type: string][] {
  const [type = "", ...extensions] = line.split(" ");
  return extensions.map((extension) => [extension, type]);
}
