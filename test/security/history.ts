/**
 * Django's published security issues since 2.2 (docs/releases/security.txt and the release notes up to 6.1.3, 3 November 2026),
 * and what each has to do with djedge. docs/security-history.md shows it.
 */

/** Where an attack is tried, or why there is nothing to attack. */
export interface Issue {
  readonly id: string;
  readonly title: string;
  /** Why it does not apply; a test of cves.test.ts is named after it where there is no reason. */
  readonly reason?: string;
}

const NO_DATABASE = "There is no database here.";
const NO_ADMIN = "There is no admin here.";
const NO_TEMPLATES = "There are no templates and no filters for them here.";
const NO_FORMS = "There are no form fields and no validators here.";
const NO_I18N = "There is no translation here.";
const NO_ACCOUNTS = "There are no accounts, passwords or login views here: AUTH_GET_USER is the application's.";
const NO_GIS = "There is no GIS here.";
const NO_CACHE = "There is no cache of responses here. The headers are for the caches of others:";
const NO_STORAGE = "There is no file storage here: an application that keeps files chooses their names.";

function issue(id: string, title: string, reason?: string): Issue {
  return { id: `CVE-${id}`, title, ...(reason === undefined ? {} : { reason }) };
}

export const history: readonly Issue[] = [
  issue("2019-12308", "XSS via the “Current URL” link of AdminURLFieldWidget", NO_ADMIN),
  issue(
    "2019-11358",
    "Prototype pollution in the bundled jQuery",
    "No jQuery. Names that clients choose are keys of objects without a prototype (test/fuzz, test/http).",
  ),
  issue("2019-12781", "Incorrect HTTP detection behind a reverse proxy that connects by HTTPS"),
  issue("2019-14232", "Denial of service in text.Truncator", NO_TEMPLATES),
  issue("2019-14233", "Denial of service in strip_tags()", NO_TEMPLATES),
  issue("2019-14234", "SQL injection in key lookups of JSONField", NO_DATABASE),
  issue("2019-14235", "Memory exhaustion in encoding.uri_to_iri()"),
  issue("2019-19118", "Privilege escalation in the admin", NO_ADMIN),
  issue("2019-19844", "Account hijack by the password reset form", NO_ACCOUNTS),
  issue("2020-7471", "SQL injection via StringAgg(delimiter)", NO_DATABASE),
  issue("2020-9402", "SQL injection via tolerance on Oracle", NO_DATABASE),
  issue("2020-13254", "Data leakage via malformed memcached keys"),
  issue("2020-13596", "XSS via ForeignKeyRawIdWidget", NO_ADMIN),
  issue(
    "2020-24583",
    "Permissions of intermediate directories of uploaded files",
    `${NO_STORAGE} Temporary files make no directories, and are nobody else's to read (test/node/files.test.ts).`,
  ),
  issue("2020-24584", "Permissions of intermediate directories of the file cache", "There is no file cache here."),
  issue("2021-3281", "Directory traversal via archive.extract()", "Nothing is unpacked here."),
  issue("2021-23336", "Web cache poisoning via “;” in query strings"),
  issue("2021-28658", "Directory traversal via uploaded files"),
  issue("2021-31542", "Directory traversal via the names of uploaded files"),
  issue("2021-32052", "Header injection since URLValidator accepted newlines"),
  issue("2021-33203", "Directory traversal via admindocs", NO_ADMIN),
  issue(
    "2021-33571",
    "Access control bypass by leading zeros in IPv4 addresses",
    `${NO_FORMS} An address is passed on as the runtime, or the named header, has it.`,
  ),
  issue("2021-35042", "SQL injection via QuerySet.order_by()", NO_DATABASE),
  issue("2021-44420", "Bypass of an upstream access control based on URL paths, by a trailing newline"),
  issue("2021-45115", "Denial of service in UserAttributeSimilarityValidator", NO_ACCOUNTS),
  issue("2021-45116", "Information disclosure in the dictsort filter", NO_TEMPLATES),
  issue(
    "2021-45452",
    "Directory traversal via Storage.save()",
    `${NO_STORAGE} UploadedFile.name is a base name (CVE-2021-31542).`,
  ),
  issue("2022-22818", "XSS via {% debug %}"),
  issue("2022-23833", "Endless loop in file uploads"),
  issue("2022-28346", "SQL injection in annotate(), aggregate() and extra()", NO_DATABASE),
  issue("2022-28347", "SQL injection via QuerySet.explain()", NO_DATABASE),
  issue("2022-34265", "SQL injection via Trunc() and Extract()", NO_DATABASE),
  issue("2022-36359", "Reflected file download in FileResponse"),
  issue("2022-41323", "Denial of service in internationalized URLs", NO_I18N),
  issue("2023-23969", "Denial of service via Accept-Language", NO_I18N),
  issue("2023-24580", "Denial of service in file uploads, by many files and parts"),
  issue(
    "2023-31047",
    "Bypass of validation by several files of one form field",
    `${NO_FORMS} FILES.getlist() has all files of a field.`,
  ),
  issue("2023-36053", "Denial of service in EmailValidator and URLValidator", NO_FORMS),
  issue("2023-41164", "Denial of service in encoding.uri_to_iri()"),
  issue("2023-43665", "Denial of service in text.Truncator", NO_TEMPLATES),
  issue("2023-46695", "Denial of service in UsernameField on Windows", NO_ACCOUNTS),
  issue("2024-24680", "Denial of service in the intcomma filter", NO_TEMPLATES),
  issue("2024-27351", "Denial of service in Truncator.words()", NO_TEMPLATES),
  issue("2024-38875", "Denial of service in urlize", NO_TEMPLATES),
  issue("2024-39329", "User enumeration by timing", NO_ACCOUNTS),
  issue(
    "2024-39330",
    "Directory traversal in derived classes of Storage",
    `${NO_STORAGE} UploadedFile.name is a base name (CVE-2021-31542).`,
  ),
  issue("2024-39614", "Denial of service in get_supported_language_variant()", NO_I18N),
  issue("2024-41989", "Memory exhaustion in the floatformat filter", NO_TEMPLATES),
  issue("2024-41990", "Denial of service in urlize", NO_TEMPLATES),
  issue("2024-41991", "Denial of service in urlize and AdminURLFieldWidget", NO_TEMPLATES),
  issue("2024-42005", "SQL injection in QuerySet.values()", NO_DATABASE),
  issue("2024-45230", "Denial of service in urlize", NO_TEMPLATES),
  issue("2024-45231", "Enumeration of users' addresses by the response to a password reset", NO_ACCOUNTS),
  issue("2024-53907", "Denial of service in strip_tags()", NO_TEMPLATES),
  issue("2024-53908", "SQL injection in HasKey() on Oracle", NO_DATABASE),
  issue("2024-56374", "Denial of service in IPv6 validation"),
  issue("2025-13372", "SQL injection in column aliases on PostgreSQL", NO_DATABASE),
  issue("2025-13473", "Username enumeration in the mod_wsgi handler", NO_ACCOUNTS),
  issue("2025-14550", "Denial of service by repeated headers under ASGI"),
  issue("2025-26699", "Denial of service in text.wrap()", NO_TEMPLATES),
  issue("2025-27556", "Denial of service in LoginView, LogoutView and set_language() on Windows"),
  issue("2025-32873", "Denial of service in strip_tags()", NO_TEMPLATES),
  issue("2025-48432", "Log injection via the path of a request"),
  issue("2025-57833", "SQL injection in aliases of FilteredRelation", NO_DATABASE),
  issue("2025-59681", "SQL injection in aliases on MySQL and MariaDB", NO_DATABASE),
  issue("2025-59682", "Directory traversal via archive.extract()", "Nothing is unpacked here."),
  issue("2025-64458", "Denial of service in HttpResponseRedirect on Windows"),
  issue("2025-64459", "SQL injection via the _connector keyword", NO_DATABASE),
  issue("2025-64460", "Denial of service in the XML deserializer", "There is no XML here."),
  issue("2026-1207", "SQL injection via raster lookups", NO_GIS),
  issue("2026-1285", "Denial of service in text.Truncator", NO_TEMPLATES),
  issue("2026-1287", "SQL injection in column aliases by control characters", NO_DATABASE),
  issue("2026-1312", "SQL injection via order_by() and FilteredRelation", NO_DATABASE),
  issue("2026-3902", "Header spoofing by underscores for hyphens under ASGI"),
  issue("2026-4277", "Privilege abuse in GenericInlineModelAdmin", NO_ADMIN),
  issue("2026-4292", "Privilege abuse in ModelAdmin.list_editable", NO_ADMIN),
  issue("2026-5766", "Bypass of the limit on uploads in memory by an understated Content-Length"),
  issue("2026-6873", "Collision of the salts of signed cookies"),
  issue(
    "2026-6907",
    "Exposure of private data: Vary: * in UpdateCacheMiddleware",
    `${NO_CACHE} patchVaryHeaders() lets * replace all names.`,
  ),
  issue("2026-7666", "Mail without encryption after a failed STARTTLS", "No mail is sent here."),
  issue(
    "2026-8404",
    "Exposure of private data: letter case of Cache-Control in UpdateCacheMiddleware",
    `${NO_CACHE} directives are read in any letter case.`,
  ),
  issue("2026-15307", "File write and request forgery via spatial lookups", NO_GIS),
  issue("2026-15337", "Denial of service in check_for_language()", NO_I18N),
  issue("2026-15830", "Denial of service via nested geometry collections", NO_GIS),
  issue("2026-15920", "XSS via values of URLField in the admin", NO_ADMIN),
  issue("2026-25673", "Denial of service in URLField.to_python() on Windows", NO_FORMS),
  issue(
    "2026-25674",
    "Permissions of files that are made at the same time",
    "No mode is set by way of the umask here. Temporary files are made with theirs (test/node/files.test.ts).",
  ),
  issue("2026-33033", "Denial of service in MultiPartParser by base64 with much white space"),
  issue("2026-33034", "Bypass of DATA_UPLOAD_MAX_MEMORY_SIZE by a missing or understated Content-Length"),
  issue("2026-35192", "Session fixation via cached pages and SESSION_SAVE_EVERY_REQUEST"),
  issue(
    "2026-35193",
    "Exposure of private data: missing Vary: Authorization in UpdateCacheMiddleware",
    `${NO_CACHE} an application that answers by Authorization says so by varyOnHeaders("Authorization").`,
  ),
  issue(
    "2026-48587",
    "Exposure of private data: white space in Vary in UpdateCacheMiddleware",
    `${NO_CACHE} what leaves a runtime has no white space around it.`,
  ),
  issue(
    "2026-48588",
    "Exposure of private data: cached Set-Cookie in UpdateCacheMiddleware",
    `${NO_CACHE} sessions and CSRF cookies come with Vary: Cookie.`,
  ),
  issue("2026-53877", "Out-of-bounds read in GDALRaster", NO_GIS),
  issue("2026-53878", "Header injection since DomainNameValidator accepted newlines"),
  issue("2026-77050", "Denial of service in get_supported_language_variant()", NO_I18N),
  issue("2026-84429", "Denial of service in the parsing of headers"),
  issue("2026-87890", "Request forgery via bytes in spatial lookups", NO_GIS),
  issue("2026-87975", "Privilege abuse in model formsets", NO_FORMS),
  issue(
    "2026-111211",
    "Log injection via values of GeometryField",
    `${NO_GIS} What is logged of a request is escaped (CVE-2025-48432).`,
  ),
  issue("2026-111362", "Request forgery via GeoJSON's crs", NO_GIS),
  issue("2026-114582", "Request forgery via SpatialReference", NO_GIS),
];
