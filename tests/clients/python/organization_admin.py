"""Prints a token for the My Organization API: of an admin, with every scope, in an organization with another member."""

from customers import Vendor

if __name__ == "__main__":
    vendor = Vendor()
    organization = vendor.new_customer("acme")
    vendor.new_member(organization, "ben", vendor.reader)
    admin = vendor.new_member(organization, "ada", vendor.admin)
    print(vendor.signed_in(admin, organization)["access_token"])
