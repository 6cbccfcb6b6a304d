import {
  GetEntitlementsCommand,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { MarketplaceMeteringClient, ResolveCustomerCommand } from '@aws-sdk/client-marketplace-metering';

/** Who bought what. Key customers by AWS account and license, because an account can have several licenses. */
export interface Purchase {
  readonly awsAccountId: string;
  readonly productCode: string;
  /** From ResolveCustomer. Products created before concurrent agreements may have none. */
  readonly licenseArn: string | null;
}

/** AWS's endpoint, and the keys of the account that published the product. Other accounts get an empty list. */
export interface AwsOptions {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export type Aws = ReturnType<typeof connectAws>;

/** The two calls that a SaaS makes to AWS Marketplace. Both reject with the SDK's errors. */
export function connectAws({ endpoint, credentials }: AwsOptions) {
  const requestHandler = { requestTimeout: 5000, throwOnRequestTimeout: true };
  // Both services are in us-east-1, wherever the SaaS runs.
  const config = { endpoint, credentials, region: 'us-east-1', requestHandler };
  const metering = new MarketplaceMeteringClient(config);
  const entitlement = new MarketplaceEntitlementServiceClient(config);
  return {
    /** `token`: from the form, decoded once. */
    async resolve(token: string): Promise<Purchase> {
      const found = await metering.send(new ResolveCustomerCommand({ RegistrationToken: token }));
      const { CustomerAWSAccountId: awsAccountId, ProductCode: productCode, LicenseArn } = found;
      if (!awsAccountId || !productCode) throw new Error('ResolveCustomer returned no account or no product');
      return { awsAccountId, productCode, licenseArn: LicenseArn ?? null };
    },

    /** Returns one page of what a purchase grants. */
    async entitlements({ awsAccountId, productCode, licenseArn }: Purchase, NextToken?: string) {
      const account = { CUSTOMER_AWS_ACCOUNT_ID: [awsAccountId] };
      const Filter = licenseArn === null ? account : { ...account, LICENSE_ARN: [licenseArn] };
      return entitlement.send(new GetEntitlementsCommand({ ProductCode: productCode, Filter, NextToken }));
    },

    close(): void {
      metering.destroy();
      entitlement.destroy();
    },
  };
}
