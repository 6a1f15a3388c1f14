package Test::WhatsAuth::Conf;

=encoding utf-8

=head1 NAME

Test::WhatsAuth::Conf - what nginx -t says about a configuration

=head1 SYNOPSIS

    accepted('phone - with spaces', app_with('phone "+56 9 4342 6553";'));
    refused('phone - letters', app_with('phone abc;'),
            'invalid phone number "abc"');
    refused('phone - missing', app_without('phone'),
            'no "phone" in whatsauth_app "demo"');

=head1 DESCRIPTION

=over

=item accepted($title, $http, $warning)

Passes if nginx -t takes $http as the text of C<http>, and prints nothing but
the $warning, if there is one: a piece of text or a pattern.

=item refused($title, $http, $message, $place)

Passes if nginx -t prints one [emerg] line of exactly $message (or a pattern
of all of it), followed by file and line: the line of $http that holds the
comment C<# here>, or else that of the brace that ends C<http>; or $place,
such as C<app.conf:1>.

Where $http has no server, one with C<whatsauth on;> is added; and where it
has C<twilio>, a C<whatsauth_public_url> unless it names one.

=item app_with(@lines)

A whatsauth_app that is complete, in which @lines take the place of the lines
of the same directives.  The last of them is marked with C<# here>.

=item app_without(@directives)

A whatsauth_app without some directives; its end is marked.

=item gated(@lines)

A whatsauth_app with its login page, and a location with its gate and @lines.

=item conf_folder(), conf_file($name, $content, $mode)

Where the configuration lies, and a file beside it.

=item $A $B $C $D $SID

Secrets that are long enough for all purposes, and an account at Twilio.

=back

=cut

use strict;
use warnings;

use Exporter qw( import );
use Test::More ();
use Test::WhatsAuth;
use Test::WhatsAuth::Nginx;

our @EXPORT = qw( accepted refused app_with app_without gated conf_folder
    conf_file $A $B $C $D $SID );

our ($A, $B, $C, $D) = map { "secret-of-owner-$_" } 'a' .. 'd';
our $SID = 'AC' . '1' x 32;

my @default = (
    [ token => 'token-of-tenant-one' ],
    [ phone => '+56943426553' ],
    [ callback_url => 'http://127.0.0.1:8000/callback' ],
    [ callback_secret => 'none' ],
    [ meta => 'app_secret=secret-of-tenant-one '
              . 'verify_token=verify-token-of-tenant-one' ],
);

my $nginx;


sub nginx {
    return $nginx //= Test::WhatsAuth::Nginx->new;
}


sub conf_folder {
    return nginx()->root;
}


sub conf_file {
    my ($name, $content, $mode) = @_;

    my $file = conf_folder() . "/$name";

    open my $out, '>', $file or die "$file: $!\n";
    print $out $content;
    close $out;
    chmod $mode // 0600, $file or die "$file: $!\n";

    return $file;
}


sub app_with {
    my (@lines) = @_;

    my %given = map { /^(\w+)/ ? ($1 => 1) : () } @lines;
    $lines[-1] .= ' # here' if @lines;

    return app((map { "$_->[0] $_->[1];" } grep { !$given{$_->[0]} } @default),
               @lines, '}');
}


sub app_without {
    my %left_out = map { $_ => 1 } @_;

    return app((map { "$_->[0] $_->[1];" }
                grep { !$left_out{$_->[0]} } @default), '} # here');
}


sub gated {
    my (@lines) = @_;

    return join "\n", app_with('login on;') =~ s/ # here//r, 'server {',
                'listen 127.0.0.1:' . slot_port(0) . ';',
                'location /login/ { whatsauth_login demo; }',
                'location /private/ {', 'whatsauth_gate demo;', @lines, '}',
                '}', '';
}


sub app {
    return join "\n", 'whatsauth_app demo {', @_, '';
}


sub accepted {
    my ($title, $http, $warning) = @_;

    my ($good, $said) = test($http);
    my @lines = grep { !/^nginx: (?:the configuration|configuration) file/ }
                split /\n/, $said;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    my $fits = defined $warning ? @lines == 1 && fits($lines[0], $warning)
                                : @lines == 0;

    Test::More::ok($good && $fits, $title) or Test::More::diag($said);
}


sub fits {
    my ($line, $warning) = @_;

    return ref $warning ? $line =~ $warning : index($line, $warning) >= 0;
}


sub refused {
    my ($title, $http, $message, $place) = @_;

    my ($good, $said, $config) = test($http);
    my ($before) = $config =~ /\A(.*)# here/s;

    $place = conf_folder() . '/'
             . ($place // 'nginx.conf:' . (1 + ($before =~ tr/\n//)));
    my $text = ref $message ? $message : quotemeta $message;
    my @emerg = grep { /\[emerg\]/ } split /\n/, $said;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    Test::More::ok(!$good && @emerg == 1
        && $emerg[0] =~ /\[emerg\] (?:\d+#\d+: )?$text in \Q$place\E\z/,
        $title) or Test::More::diag($said);
}


sub test {
    my ($http) = @_;

    my $folder = conf_folder();
    my $port = slot_port(0);
    my $end = $http =~ /# here/ ? '}' : '} # here';
    my $server = $http =~ /\bserver \{/ ? '' : <<"END";
server {
    listen 127.0.0.1:$port;
    location /api/v1/ {
        whatsauth on;
    }
}
END

    $http =~ s/^(?!.*whatsauth_store)/whatsauth_store $folder\/store;\n/s;

    # twilio needs to know the URL that Twilio calls.
    my $public = $http =~ /\btwilio\s/ && $http !~ /whatsauth_public_url/
                 ? 'whatsauth_public_url https://login.test;' : '';

    my $config = nginx()->main_lines . <<"END" . nginx()->http_lines . <<"END";
error_log $folder/error.log;
pid $folder/nginx.pid;
events { }
http {
END
$http
$server
$public
$end
END

    nginx()->write_config($config);
    return nginx()->run_nginx('-t'), $config;
}


1;
