import type { CodeEntry } from '../codes.ts';

export const documentCodes = {
  'text/utf8': {
    severity: 'error',
    title: 'Bytes that are not UTF-8',
    explanation:
      'A controlled text is UTF-8. Other bytes look different from one program to the next, so nobody could say what was approved.',
    remedy: 'Save the file as UTF-8.',
  },
  'text/not-normalized': {
    severity: 'error',
    title: 'Text that is not in NFC',
    explanation:
      'Letters with accents can be written in two ways that look the same. Only the composed form (Unicode NFC) is allowed, so that equal texts have equal bytes.',
    remedy: 'Normalize the file: uconv -x nfc, or retype the characters named.',
  },
  'text/line-end': {
    severity: 'error',
    title: 'Lines that end in CR',
    explanation:
      'Lines of a controlled text end in LF alone. With CR the bytes depend on the machine that saved the file.',
    remedy: 'Save the file with LF line ends, and set "* text=auto eol=lf" in .gitattributes.',
  },
  'text/character': {
    severity: 'error',
    title: 'A character that is not allowed',
    explanation:
      'Control characters, invisible characters and marks that reverse the direction of writing can make a text read differently from what it says.',
    remedy: 'Delete the character, or type the visible one that you meant.',
  },
  'text/too-large': {
    severity: 'error',
    title: 'A text over 1 MiB',
    explanation: 'A controlled text has at most 1 MiB.',
    remedy: 'Split the document, or move tables of data into an attachment.',
  },
  'yaml/syntax': {
    severity: 'error',
    title: 'YAML that can not be read',
    explanation: 'The front matter or the rules are not well-formed YAML 1.2.',
    remedy: 'Correct the line; values with ": " or " #" in them stand in quotes.',
  },
  'yaml/feature': {
    severity: 'error',
    title: 'A part of YAML that is not allowed',
    explanation:
      'Directives, several documents, tags, anchors, aliases and merge keys make a text mean something else than it shows, so they are refused.',
    remedy: 'Write the value out in full at each place.',
  },
  'yaml/duplicate-key': {
    severity: 'error',
    title: 'A key that stands twice',
    explanation:
      'A key occurs twice in one map. Readers disagree about which of the two counts, so neither does.',
    remedy: 'Delete one of the two.',
  },
  'yaml/too-large': {
    severity: 'error',
    title: 'YAML over the limit',
    explanation: 'Front matter has at most 16 KiB, the rules have at most 1 MiB.',
    remedy: 'Shorten it; long text belongs below the front matter.',
  },
  'yaml/nesting': {
    severity: 'error',
    title: 'YAML nested too deeply',
    explanation:
      'Lists and maps stand more than 40 deep in each other. No document needs that, and programs crash on it.',
    remedy: 'Take the brackets or indentation out.',
  },
  'document/front-matter-missing': {
    severity: 'error',
    title: 'No front matter',
    explanation:
      'A controlled document begins with front matter: a first line that is exactly ---, YAML, and a line that is exactly ---. Files and folders whose name starts with _ or . are not controlled.',
    remedy:
      'Add front matter (qms new makes a document with it), or start the file name with _ if it is not a controlled document.',
  },
  'document/front-matter-unclosed': {
    severity: 'error',
    title: 'Front matter without an end',
    explanation: 'No line after the first is exactly ---, so the front matter has no end.',
    remedy: 'Add a line --- after the last field.',
  },
  'document/front-matter-fence': {
    severity: 'error',
    title: 'A line that looks like the fence of the front matter',
    explanation:
      'A line begins with --- and goes on. Some programs end the front matter there and some do not, so approver and system could see different texts.',
    remedy: 'Write exactly --- (no blanks, nothing after it), or put the value in quotes.',
  },
  'document/field-missing': {
    severity: 'error',
    title: 'A required field is missing',
    explanation:
      'Every controlled document says its id, title, type, revision and owner; records also their date, and external documents source, issue and checked.',
    remedy: 'Add the field to the front matter.',
  },
  'document/field-unknown': {
    severity: 'error',
    title: 'A field that nobody knows',
    explanation:
      'Front matter holds known fields only: a misspelled field would otherwise silently mean nothing.',
    remedy: 'Correct the name or delete the line.',
  },
  'document/field-derived': {
    severity: 'error',
    title: 'A field that is derived, never typed',
    explanation:
      'Status, approvals and the like follow from the signed releases in the register. Typed into a file they could say anything.',
    remedy: 'Delete the line; qms show and qms history give the answer.',
  },
  'document/field-value': {
    severity: 'error',
    title: 'A value of another shape',
    explanation: 'The value of a field is not of the shape that the field asks for.',
    remedy: 'Write the value in the form that the message names.',
  },
  'content/path': {
    severity: 'error',
    title: 'A path that content can not have',
    explanation:
      'Paths of controlled files must mean the same on every system: NFC, no control characters, none of \\ : * ? " < > |, no part that is . or .. or .git, that ends in a blank or dot or is a Windows device name, and at most 180 bytes.',
    remedy: 'Rename the file.',
  },
  'content/collision': {
    severity: 'error',
    title: 'Two paths that some systems take for one',
    explanation:
      'Two files of one content have paths that are equal when case and Unicode form are ignored. On Windows and macOS one would hide the other.',
    remedy: 'Rename one of the two.',
  },
  'content/mode': {
    severity: 'error',
    title: 'Not a plain file',
    explanation:
      'Content is plain files only. A symbolic link or submodule shows something that was not approved, and a document has no reason to be executable.',
    remedy:
      'Replace it with a plain file; git update-index --chmod=-x takes the executable bit off.',
  },
  'content/lfs-pointer': {
    severity: 'error',
    title: 'A Git LFS pointer',
    explanation:
      'The file in Git is a pointer, and the real file lies on a server, so approving the one would not fix the other.',
    remedy: 'Take the path out of .gitattributes (git lfs untrack) and add the file itself.',
  },
  'content/file-too-large': {
    severity: 'error',
    title: 'A file over 64 MiB',
    explanation: 'A file of a controlled document has at most 64 MiB.',
    remedy: 'Make the file smaller, or link to where it is kept.',
  },
  'content/too-many-files': {
    severity: 'error',
    title: 'More than 1,000 files',
    explanation: 'A revision of a controlled document has at most 1,000 files.',
    remedy: 'Split the document.',
  },
  'content/too-large': {
    severity: 'error',
    title: 'More than 256 MiB',
    explanation: 'The files of one revision have at most 256 MiB together.',
    remedy: 'Make images smaller, or split the document.',
  },
  'reference/absolute': {
    severity: 'error',
    title: 'A link that begins with /',
    explanation:
      'What / means depends on where the page is shown. Links to local files are relative to the document.',
    remedy: 'Write the path relative to the document, ../images/part.png for example.',
  },
  'reference/folder': {
    severity: 'error',
    title: 'A link to a folder',
    explanation: 'Content is files, so that everything approved has bytes.',
    remedy: 'Link to a file in the folder.',
  },
  'reference/outside': {
    severity: 'error',
    title: 'A link out of the repository',
    explanation: 'The link leads to a path outside the repository, which no approval can cover.',
    remedy: 'Copy the file into the repository and link to the copy.',
  },
  'reference/remote': {
    severity: 'error',
    title: 'An embedded file from elsewhere',
    explanation:
      'An image or other embedded file comes from another site, or stands in the text as data:. It could change after approval, or nobody could see what it is.',
    remedy: 'Save it as a file beside the document and embed that.',
  },
  'reference/encoding': {
    severity: 'error',
    title: 'A link that can not be decoded',
    explanation:
      'The percent signs or character references of the link are not well-formed, so it is not certain which file is meant.',
    remedy: 'Rename the file to plain letters, or write % as %25.',
  },
  'reference/missing': {
    severity: 'error',
    title: 'A link to a file that is not there',
    explanation:
      'An image, attachment or document that the text shows or links to does not exist at that path (upper and lower case count).',
    remedy: 'Add the file, or correct the path.',
  },
  'reference/dropped': {
    severity: 'warning',
    title: 'Something that the page does not show',
    explanation:
      'Scripts, styles, embedded frames, comments and links like javascript: are taken out of the page, so a reader of the page sees another text than a reader of the file.',
    remedy: 'Delete it, or say it in Markdown.',
  },
  'reference/anchor': {
    severity: 'warning',
    title: 'A link to a heading that is not there',
    explanation: 'The part of the link after # names no heading of the document that it leads to.',
    remedy: 'Correct the name after #.',
  },
  'document/unreadable': {
    severity: 'unknown',
    title: 'A file that can not be read',
    explanation:
      'The operating system refused to read a file or folder, so nothing can be said about it.',
    remedy: 'Look at its permissions and at the disk, then run the command again.',
  },
  'document/nesting': {
    severity: 'error',
    title: 'Markdown nested too deeply',
    explanation:
      'Quotes and lists stand more than 100 deep in each other. No document needs that, and programs crash on it.',
    remedy: 'Take quotes or list levels out.',
  },
} as const satisfies Record<string, CodeEntry>;
