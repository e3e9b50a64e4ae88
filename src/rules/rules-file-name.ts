/** The name of the file that holds the rules; its folder is the documents root. */
export const rulesFileName = 'qms.yaml';
