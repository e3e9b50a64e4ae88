/** Addresses of the pages (shared formats page, "The server"): the one place that writes them. */
export const addresses = {
  library: '/',
  search: '/search',
  register: '/register',
  status: '/status',
  document: (id: string): string => `/d/${id}`,
  revision: (id: string, revision: string): string => `/d/${id}/${revision}`,
  history: (id: string): string => `/d/${id}/history`,
  evidence: (id: string, revision: string): string => `/d/${id}/${revision}/evidence`,
  file: (id: string, revision: string, path: string): string =>
    `/d/${id}/${revision}/files/${path.split('/').map(encodeURIComponent).join('/')}`,
  release: (number: number): string => `/register/${String(number)}`,
} as const;
