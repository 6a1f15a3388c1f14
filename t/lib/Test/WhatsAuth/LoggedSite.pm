package Test::WhatsAuth::LoggedSite;

=head1 NAME

Test::WhatsAuth::LoggedSite - a site whose log is the list of what it heard

=head1 SYNOPSIS

    my $site = start_logged_site();
    my $site = start_logged_site($HUB);     # for hosts of their own

    $site->url;                 # answered 204 at once
    my %heard = $site->heard;   # webhook-id => [ the text of each callback ]
    $site->stop;

The site is an nginx of its own, so that it keeps up with the one under test.

=cut

use strict;
use warnings;

use Exporter qw( import );
use Test::WhatsAuth;

our @EXPORT = qw( start_logged_site );


# The body of a request is read only if it is passed on.

sub start_logged_site {
    my ($address) = @_;

    my $file = slot_folder() . '/heard';

    my $nginx = start_nginx(plain => 1, apps => '', location => 'return 404;',
        defined $address ? (address => '0.0.0.0') : (),
        http => q{log_format heard escape=none '$http_webhook_id $request_body';
                  client_body_in_single_buffer on;},
        server => "location = /heard { access_log $file heard;
                       proxy_pass http://127.0.0.1:\$server_port/callback; }");

    return bless { nginx => $nginx, file => $file,
                   address => $address // '127.0.0.1' }, __PACKAGE__;
}


sub url {
    my ($self) = @_;

    return "http://$self->{address}:" . $self->{nginx}->port . '/heard';
}


sub heard {
    my ($self) = @_;

    my %heard;

    open my $in, '<', $self->{file} or return;

    while (my $line = <$in>) {
        chomp $line;
        my ($id, $text) = split / /, $line, 2;
        push @{ $heard{$id} }, $text;
    }

    return %heard;
}


sub stop {
    my ($self) = @_;

    $self->{nginx}->stop;
}


1;
