/** The sandbox's one seller, as Discovery names it. */
export const sellerProfile = { sellerProfileId: 'seller-sandboxacme', displayName: 'Acme' };
